"""What helps where a disk is full: the folders that a command writes to, how much room each has, and the variable that
names another.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path

from bench.host.disks import free_bytes, tells_of_a_full_one
from bench.suts import uv
from bench.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Room:
    """A folder that is written to, with the room on its disk, and the variable that names another folder."""

    variable: str
    folder: Path
    content: str

    def free(self) -> float:
        free = free_bytes(self.folder)
        return inf if free is None else free

    def __str__(self) -> str:
        room = "unknown" if self.free() == inf else f"{self.free() / 2**20:,.0f} MiB"
        return f"  {room:>13}  {self.variable:18}  {self.folder} ({self.content})"


def advice(sentence: str, place: Workspace, environ: Mapping[str, str] = os.environ) -> str:
    """What follows a sentence that speaks of a full disk, the fullest disk first; empty behind any other."""
    if not tells_of_a_full_one(sentence):
        return ""
    rooms = (
        _Room("TMPDIR", Path(environ.get("TMPDIR") or "/tmp"), "temporary files"),
        _Room("FAIRGROUND_STATE", place.state, "environments, databases, logs"),
        _Room("FAIRGROUND_RESULTS", place.results, "runs"),
        _Room("UV_CACHE_DIR", uv.cache_folder(environ, place.state), "packages that were fetched"),
    )
    rows = map(str, sorted(rooms, key=_Room.free))
    return "\n".join(["\nThe room on each disk, with the variable that names a folder on another:", *rows])
