"""The disks that a command writes to: how much room they have, and whether programs can be started from them."""

import os
import shutil
from pathlib import Path

_FULL = ("No space left on device", "disk is full", "Disk quota exceeded", "No usable temporary directory")
"""The words of the system, of SQLite and of Python for it. None of them names the disk."""


def tells_of_a_full_one(words: str) -> bool:
    """Whether the words of an error are about a disk that is full."""
    return any(symptom in words for symptom in _FULL)


def free_bytes(folder: Path) -> int | None:
    """The room on the disk of a folder that may not be there yet; None where the system does not say."""
    try:
        return shutil.disk_usage(existing(folder)).free
    except OSError:
        return None


def starts_programs(folder: Path) -> bool:
    """Whether programs can be started from a folder that may not be there yet: not where its disk is mounted noexec."""
    try:
        return not os.statvfs(existing(folder)).f_flag & getattr(os, "ST_NOEXEC", 0)
    except OSError:
        return True


def existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there; raises OSError where one of them may not be entered."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())
