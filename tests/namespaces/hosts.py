"""Two network namespaces, and the cable between them."""

import contextlib
import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests import skips
from tests.namespaces import cable
from tests.namespaces.cable import Cable

NEAR_ADDRESS, FAR_ADDRESS = "10.77.0.1", "10.77.0.2"
_FRAME_BYTES = "9000"
"""Large ones: a cable in user space then carries 100 Mbit/s on a busy machine too."""
_numbers = itertools.count()


@dataclass(frozen=True)
class Hosts:
    """The generator's namespace `near`, and that of the servers, `far`."""

    near: str
    far: str
    cable: Cable


def within(host: str) -> tuple[str, ...]:
    """What begins a command that runs in a namespace."""
    return ("ip", "netns", "exec", host)


@contextlib.contextmanager
def two() -> Iterator[Hosts]:
    """Two hosts with a perfect cable; the test is skipped where the system does not let us have them."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip(skips.NO_NAMESPACES)
    number = f"{os.getpid() % 100000}-{next(_numbers)}"
    names = (f"fgn{number}", f"fgf{number}")
    try:
        try:
            laid = Cable(*map(cable.end, names))
            for name, address in zip(names, (NEAR_ADDRESS, FAR_ADDRESS), strict=True):
                _plug_in(name, address)
        except (OSError, subprocess.SubprocessError) as error:
            print(error, getattr(error, "stderr", ""))
            pytest.skip(skips.NO_NAMESPACES)
        laid.start()
        with contextlib.closing(laid):
            yield Hosts(*names, laid)
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def _plug_in(name: str, address: str) -> None:
    """Make a namespace, and give it the end of the cable that is called as it is."""
    for words in (
        ("netns", "add", name),
        ("-n", name, "link", "set", "lo", "up"),
        ("link", "set", name, "netns", name),
        ("-n", name, "address", "add", f"{address}/24", "dev", name),
        ("-n", name, "link", "set", name, "mtu", _FRAME_BYTES, "up"),
        ("netns", "exec", name, "true"),
    ):
        subprocess.run(["ip", *words], capture_output=True, text=True, check=True, timeout=20)
