"""An ordinary user: whoever runs the tests, or another account where that is root."""

import os
import pwd
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.workspace import ROOT
from tests.here import HERE
from tests.skips import NO_OTHER_USER

_ACCOUNT = "nobody"
_PLACES = (Path(sys.base_prefix), Path(sys.prefix), ROOT, HERE.state)
"""What a command needs to reach."""


@dataclass(frozen=True)
class OrdinaryUser:
    """`folder` is the user's own, and anybody may enter it; `before` goes before a command of the user's."""

    uid: int
    folder: Path
    before: tuple[str, ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        """What a command of the user's finds, with the environments of this checkout."""
        return {"HOME": str(self.folder), "TMPDIR": str(self.folder), "FAIRGROUND_STATE": str(self.folder / "state")}


@contextmanager
def user() -> Iterator[OrdinaryUser]:
    """The user, with a folder that is gone afterwards. It is not below that of pytest, which others may not enter."""
    with tempfile.TemporaryDirectory(prefix="fairground-ordinary-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "state").mkdir()
        (folder / "state" / "environments").symlink_to(HERE.state / "environments")
        if os.geteuid():
            yield OrdinaryUser(os.geteuid(), folder)
            return
        try:
            entry = pwd.getpwnam(_ACCOUNT)
        except KeyError:
            pytest.skip(NO_OTHER_USER)
        for own in (folder, folder / "state"):
            os.chown(own, entry.pw_uid, entry.pw_gid)
        become = ("setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups")
        before = (*_opened([place.resolve() for place in _PLACES], folder / "mounts"), *become)
        _require(before)
        yield OrdinaryUser(entry.pw_uid, folder, before)


def _require(before: tuple[str, ...]) -> None:
    """Skip the test unless the account can run this Python and import from this checkout."""
    command = (*before, sys.executable, "-c", "import bench.workspace, click")
    try:
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    except FileNotFoundError:
        pytest.skip(NO_OTHER_USER)
    if done.returncode:
        pytest.skip(NO_OTHER_USER)


def _opened(places: Iterable[Path], mounts: Path) -> tuple[str, ...]:
    """What goes before a command of root's so that everybody may reach these places from it, also those below a folder
    that is closed, as root's home mostly is: over that another is mounted, open and empty but for the places, which
    only the command and what it starts can see.
    """
    covers: dict[Path, list[Path]] = {}
    for place in dict.fromkeys(places):
        if closed := next((folder for folder in reversed(place.parents) if not folder.stat().st_mode & 0o001), None):
            covers.setdefault(closed, []).append(place)
    if not covers:
        return ()
    lines = ["umask 022"]
    for number, (closed, below) in enumerate(covers.items()):
        at = {place: mounts / f"{number}-{index}" for index, place in enumerate(below)}
        lines += [shlex.join(("mkdir", "-p", *map(str, at.values())))]
        lines += [shlex.join(("mount", "--bind", str(place), str(kept))) for place, kept in at.items()]
        lines += [shlex.join(("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(closed)))]
        for place, kept in at.items():
            lines += [shlex.join(("mkdir", "-p", str(place))), shlex.join(("mount", "--bind", str(kept), str(place)))]
    return ("unshare", "--mount", "sh", "-ec", "\n".join([*lines, 'exec "$@"']), "sh")
