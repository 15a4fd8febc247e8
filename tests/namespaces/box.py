"""A machine that ssh reaches: an sshd of our own, with keys of its own, and a home for what is copied there."""

import contextlib
import getpass
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.host import programs
from bench.suts import uv
from tests import skips
from tests.commands import until
from tests.here import HERE

_PRIVILEGES = Path("/run/sshd")
"""Without this folder no sshd of root starts; a system that starts one itself makes it."""
_SERVER = """\
ListenAddress {address}
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
SetEnv {variables}
"""
_CLIENT = """\
Host box stranger refused
    HostName {address}
    Port {port}
    User {user}
    IdentitiesOnly yes
    GlobalKnownHostsFile none
Host box refused
    UserKnownHostsFile {folder}/known
Host box stranger
    IdentityFile {folder}/user
Host stranger
    UserKnownHostsFile none
Host refused
    IdentityFile {folder}/host
Host nowhere
    HostName no..where
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A folder with keys, and with what is copied to the machine."""

    folder: Path

    def variables(self, temporary: Path) -> dict[str, str]:
        """The variables that sshd sets there: caches for the suite alone, and what marks a test's processes."""
        return {
            "PATH": os.environ["PATH"],
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "UV_CACHE_DIR": str(uv.cache_folder(os.environ, HERE.state)),
            "PIP_CACHE_DIR": str(Path.home() / ".cache" / "pip"),
            "TMPDIR": str(temporary),
            "FAIRGROUND_LOCK": str(temporary / "lock-there"),
        } | {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_"))}

    @contextlib.contextmanager
    def up(self, temporary: Path, address: str, port: int, before: tuple[str, ...] = ()) -> Iterator[str]:
        """The machine listens at an address; yields the ssh that knows it as `box`."""
        given = " ".join(f'"{name}={value}"' for name, value in self.variables(temporary).items())
        server, client = self.folder / "server.conf", temporary / "client.conf"
        server.write_text(_SERVER.format(address=address, port=port, folder=self.folder, variables=given))
        client.write_text(
            _CLIENT.format(address=address, port=port, folder=self.folder, user=getpass.getuser()), "utf-8"
        )
        public = (self.folder / "host.pub").read_text()
        (self.folder / "known").write_text(f"[{address}]:{port} {public}")
        with (temporary / "sshd.log").open("wb") as log:
            process = subprocess.Popen([*before, str(program()), "-D", "-e", "-f", str(server)], stderr=log)
        try:
            assert until(lambda: "listening" in (temporary / "sshd.log").read_text()), process.poll()
            yield f"ssh -F {client}"
        finally:
            process.terminate()
            process.wait()


def program() -> Path:
    """The sshd of this machine; the test is skipped where there is none that may be started."""
    server = programs.find(("sshd",))
    if server is None:
        pytest.skip(skips.NO_SSHD)
    if os.geteuid() == 0:
        _PRIVILEGES.mkdir(mode=0o755, exist_ok=True)
    return server


def new(folder: Path) -> Box:
    """A machine with keys."""
    program()
    for name in ("host", "user"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return Box(folder)
