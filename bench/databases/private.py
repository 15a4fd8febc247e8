"""A private database server: where its files are, who owns them, and how it starts and ends."""

import contextlib
import os
import pwd
import secrets
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import Any

from bench.errors import DatabaseError, SetupError
from bench.host.processes import ending
from bench.host.protocol import Host, Process
from bench.host.scratch import scratch

_READY_WITHIN_S = 30.0
_STOP_WITHIN_S = 20.0
_MAKE_WITHIN_S = 120.0
_DIES_WITHIN_S = 0.5
"""A process that was killed may close its connections a moment before it is seen to have ended."""
_POLL_S = 0.02
_LOG_LINES = 8
_TEMPORARY = (Path("/tmp"), Path("/var/tmp"))


@dataclass(frozen=True, slots=True)
class ServerHome:
    """A folder that belongs to whoever the server runs as; `account` are options of Popen, empty for ourselves."""

    folder: Path
    account: dict[str, Any]
    password: str
    host: Host

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "server.log"

    def write(self, name: str, text: str) -> Path:
        """A file that nobody else may read."""
        file = self.folder / name
        file.touch(0o600)
        file.write_text(text, "utf-8")
        if self.account:
            os.chown(file, self.account["user"], self.account["group"])
        return file

    def make(self, command: Sequence[str | Path]) -> None:
        """Run the program that lays out the server's files; raises SetupError where it fails."""
        done = self.host.run(command, _MAKE_WITHIN_S, cwd=self.folder, env=_environment(), **self.account)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()[-_LOG_LINES:]
            raise SetupError("\n".join([f"{command[0]} could not lay out a database in {self.folder}:", *said]))

    def tail(self) -> str:
        """The end of the server's log."""
        lines = self.log.read_text("utf-8", "replace").strip().splitlines()[-_LOG_LINES:]
        return "\n".join(f"  {line}" for line in lines)


@contextlib.contextmanager
def place(name: str, accounts: Sequence[str], host: Host) -> Iterator[ServerHome]:
    """A folder for a private server called `name`, below the system's temporary one, gone afterwards.

    A server of databases refuses to run as root. As root, it is given to the first of `accounts` that exists. Not in
    the workspace: that account may have no way into it.
    """
    account = _account(accounts) if os.geteuid() == 0 else {}
    with scratch(_ours(passable=bool(account)) / name) as folder:
        if account:
            os.chown(folder, account["user"], account["group"])
        yield ServerHome(folder, account, secrets.token_hex(16), host)


@contextlib.contextmanager
def running(
    place: ServerHome, command: Sequence[str | Path], stop: Signals, ready: Callable[[], bool], whose: str
) -> Iterator[Process]:
    """The server, from when it is `ready` on; it is asked to end with the signal `stop`, and then made to.

    Raises SetupError, with the end of its log, where it does not come up, and in place of any other DatabaseError one
    that says how it ended where it did so meanwhile.
    """
    with place.log.open("ab") as log:
        process = place.host.start(
            command,
            cwd=place.folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            **place.account,
        )
    try:
        deadline = time.monotonic() + _READY_WITHIN_S
        while not ready():
            if process.poll() is not None:
                raise SetupError(_ended(process, place, whose))
            if time.monotonic() > deadline:
                raise SetupError(
                    f"The private {whose} server was not ready within {_READY_WITHIN_S:g} s; the end of its "
                    f"log:\n{place.tail()}"
                )
            time.sleep(_POLL_S)
        yield process
    except DatabaseError as error:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_DIES_WITHIN_S)
        if process.poll() is None:
            raise
        raise DatabaseError(_ended(process, place, whose)) from error
    finally:
        _end(process, stop, place.host)


def _ended(process: Process, place: ServerHome, whose: str) -> str:
    how = ending(process.returncode)
    return f"The private {whose} server ended with {how}; the end of its log:\n{place.tail()}"


def _end(process: Process, stop: Signals, host: Host) -> None:
    host.signal(process, stop)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_WITHIN_S)
    host.end(process)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _account(names: Sequence[str]) -> dict[str, Any]:
    for name in (*names, "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise SetupError(
        "A database server does not run as root, and there is no other account here: run as an ordinary user."
    )


def _ours(*, passable: bool) -> Path:
    """Our folder among the temporary ones, which nobody else may write to; one that is `passable` for anybody."""
    places = [Path(tempfile.gettempdir()), *_TEMPORARY]
    chosen = next((place for place in places if (_passable if passable else _usable)(place)), None)
    if chosen is None:
        raise SetupError("No temporary folder is open to the account of the server; let TMPDIR name one that is.")
    folder = chosen / f"fairground-{os.geteuid()}"
    folder.mkdir(mode=0o711, exist_ok=True)
    state = folder.lstat()
    if state.st_uid != os.geteuid() or state.st_mode & 0o022:
        raise SetupError(f"{folder} belongs to somebody else; let TMPDIR name a folder of your own.")
    folder.chmod(0o711)
    return folder


def _usable(folder: Path) -> bool:
    """Whether it is open to our account as such, for MariaDB asks so: who may enter more by a capability, has tables
    there that MariaDB takes for corrupt.
    """
    return os.access(folder, os.W_OK | os.X_OK)


def _passable(folder: Path) -> bool:
    return all(place.is_dir() and place.stat().st_mode & 0o001 for place in (folder, *folder.parents))
