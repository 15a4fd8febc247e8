"""The folders that a command works in."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The checkout that this tool runs from, for the tool's own files."""
LOCK = Path("/tmp/fairground.lock")
"""One for the whole machine, whatever TMPDIR says to whom."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders that a command works in.

    `root` is the git checkout that the apps belong to. `state` holds what can be made again: environments, older
    commits, databases and logs. `lock` is the file that whoever measures on this machine holds.
    """

    root: Path
    apps: Path
    results: Path
    state: Path
    lock: Path = LOCK

    @property
    def work(self) -> Path:
        """The parent of the scratch folders of running commands."""
        return self.state / "work"


def from_environment(environment: Mapping[str, str] = os.environ) -> Workspace:
    """The workspace of this checkout.

    FAIRGROUND_RESULTS and FAIRGROUND_STATE name folders elsewhere, and FAIRGROUND_LOCK another file.
    """
    results = environment.get("FAIRGROUND_RESULTS") or ROOT / "results"
    state = environment.get("FAIRGROUND_STATE") or ROOT / ".fairground"
    lock = environment.get("FAIRGROUND_LOCK") or LOCK
    return Workspace(ROOT, ROOT / "apps", Path(results).absolute(), Path(state).absolute(), Path(lock).absolute())
