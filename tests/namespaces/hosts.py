"""Two network namespaces, and a pair of veth between them as their cable."""

import contextlib
import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests import skips

FAR_ADDRESS = "10.77.0.2"
_NEAR_ADDRESS = "10.77.0.1"
_numbers = itertools.count()


@dataclass(frozen=True)
class Hosts:
    """The generator's namespace `near`, and that of the servers, `far`; in each the end of the cable has its name."""

    near: str
    far: str
    made: list[str] = field(default_factory=list)

    def within(self, host: str) -> tuple[str, ...]:
        """What begins a command that runs there."""
        return ("ip", "netns", "exec", host)

    def shape(self, *netem: str) -> None:
        """Make either end delay, lose or throttle what it sends; see tc-netem(8)."""
        for host in (self.near, self.far):
            _do("tc", "-n", host, "qdisc", "replace", "dev", host, "root", "netem", "limit", "100000", *netem)

    def pull_out(self) -> None:
        """Take the cable out, at the servers' end."""
        _do("ip", "-n", self.far, "link", "set", self.far, "down")

    def plug_in(self) -> None:
        """Put it back."""
        _do("ip", "-n", self.far, "link", "set", self.far, "up")


@contextlib.contextmanager
def two() -> Iterator[Hosts]:
    """Two hosts with a perfect cable; the test is skipped where the system does not let us have them."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("ip", "tc"))):
        pytest.skip(skips.NO_NAMESPACES)
    number = f"{os.getpid() % 100000}-{next(_numbers)}"
    hosts = Hosts(f"fgn{number}", f"fgf{number}")
    try:
        try:
            _lay(hosts)
        except subprocess.CalledProcessError as error:
            print(error.cmd, error.stderr)
            pytest.skip(skips.NO_NAMESPACES)
        yield hosts
    finally:
        for host in (hosts.near, hosts.far):
            subprocess.run(["ip", "netns", "delete", host], capture_output=True, check=False)


def _lay(hosts: Hosts) -> None:
    for host in (hosts.near, hosts.far):
        _do("ip", "netns", "add", host)
        _do("ip", "-n", host, "link", "set", "lo", "up")
    ends = (hosts.near, "type", "veth", "peer", "name", hosts.far, "netns", hosts.far)
    _do("ip", "-n", hosts.near, "link", "add", *ends)
    for host, address in ((hosts.near, _NEAR_ADDRESS), (hosts.far, FAR_ADDRESS)):
        _do("ip", "-n", host, "address", "add", f"{address}/24", "dev", host)
        _do("ip", "-n", host, "link", "set", host, "up")
    hosts.shape("delay", "0ms")
    _do(*hosts.within(hosts.near), "true")


def _do(*command: str) -> None:
    subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
