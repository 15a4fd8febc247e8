"""The far end of ssh: takes the suite in, makes its environment, and becomes an agent of it.

Any Python 3 that is there runs it. It imports nothing of ours, for nothing of ours is there yet. It reads an order, a
line of JSON, and the files where it wants them. Its replies are lines, `wants` and `makes`; the agent's follow.
When its input ends, so does what it does.
"""

import contextlib
import fcntl
import io
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any, NoReturn

WANTS, MAKES = "wants", "makes"
REFUSED = 3
"""The exit code where the last line on standard error is a sentence for the user."""
_STAMP = ".fairground-copy"
_LOCK = ".fairground-lock"
_FREE_WITHIN_S = 40
"""The agent of a run that was broken off ends within half a minute."""
_LOOK_S = 0.1
_PYTHONS = (13, 12, 11, 14)


def main() -> None:
    """Do what is ordered."""
    order = json.loads(sys.stdin.buffer.readline())
    place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "fairground", order["name"])
    try:
        _hold(place)
        if _text(place / _STAMP) != order["digest"]:
            print(WANTS, flush=True)
            _take_in(_received(order["size"]), place)
            (place / _STAMP).write_text(order["digest"])
    except OSError as error:
        _refuse(f"The suite cannot be stored in {place}: {error.strerror}.")
    print(MAKES, flush=True)
    _make(place)
    _become_agent(place, order)


def _hold(place: Path) -> None:
    """Have the folder to ourselves, as long as this process and the agent that it becomes live."""
    place.mkdir(parents=True, exist_ok=True)
    lock = os.open(str(place / _LOCK), os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _FREE_WITHIN_S
    while not _locked(lock):
        if time.monotonic() > deadline:
            _refuse("Another run from the same checkout goes on there; wait for it.")
        time.sleep(_LOOK_S)
    os.set_inheritable(lock, True)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _received(size: int) -> bytes:
    data = sys.stdin.buffer.read(size)
    if len(data) < size:
        sys.exit(1)
    return data


def _take_in(archive: bytes, place: Path) -> None:
    """Remove what is no longer among the files, and write what is new or has changed.

    What stays the same keeps its time, by which make sees whether the environment is to be made again.
    """
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        members = {member.name: member for member in files if member.isfile()}
        for top in {name.partition("/")[0] for name in members if "/" in name}:
            _tidy(place / top, {place / name for name in members})
        for name, member in members.items():
            content = files.extractfile(member)
            _write(place / name, content.read() if content else b"", member.mode & 0o777)


def _tidy(top: Path, wanted: Any) -> None:
    """Remove all files below a folder that are not wanted, and the folders that are empty then."""
    for folder, _, names in os.walk(str(top), topdown=False):
        for name in names:
            if Path(folder, name) not in wanted:
                Path(folder, name).unlink()
        with contextlib.suppress(OSError):
            Path(folder).rmdir()


def _write(path: Path, content: bytes, mode: int) -> None:
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    path.chmod(mode)


def _make(place: Path) -> None:
    """Make the tool's environment; what that prints goes to standard error."""
    command = ["make", "--silent", f"PYTHON={_python()}", "tool"]
    try:
        process = subprocess.Popen(
            command, cwd=str(place), stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True
        )
    except FileNotFoundError:
        _refuse("`make`, which sets the suite up, is not there: `apt-get install make` brings it.")
    while process.poll() is None:
        if select.select([0], [], [], _LOOK_S)[0] and not os.read(0, 4096):
            os.killpg(process.pid, signal.SIGTERM)
            sys.exit(1)
    if process.returncode:
        sys.exit(process.returncode)


def _python() -> str:
    """An interpreter that is new enough for the suite; this one where there is none, which make then refuses."""
    if sys.version_info >= (3, 11):  # noqa: UP036  (an older one may run this)
        return sys.executable
    return next(filter(None, (shutil.which(f"python3.{minor}") for minor in _PYTHONS)), sys.executable)


def _become_agent(place: Path, order: Any) -> NoReturn:
    """Servers are reached at the address by which ssh came, unless another is ordered (SSH_CONNECTION, ssh(1))."""
    came = os.environ.get("SSH_CONNECTION", "").split()
    if not order["servers_at"] and len(came) < 3:
        _refuse("ssh does not say there by which address it came: name one with --servers-at.")
    python = str(place / ".venv" / "bin" / "python")
    os.chdir(str(place))
    os.execv(python, [python, "-m", "bench", "agent", *order["agent"], "--servers-at", order["servers_at"] or came[2]])


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(REFUSED)


if __name__ == "__main__":
    main()
