"""An app's own code: its files, and a digest of them. Two folders with the same digest have the same files."""

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path

_LEFT_OUT = ("__pycache__",)
_DIGITS = 12


def files(folder: Path, without: Collection[str] = ()) -> Iterator[Path]:
    """All files in an app's folder, in order, but what Python makes of them and the files and folders in `without`."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        foreign = any(inside.is_relative_to(other) for other in without)
        if path.is_file() and not foreign and not any(part in _LEFT_OUT for part in inside.parts):
            yield path


def digest(folder: Path, variant: str = "", without: Collection[str] = ()) -> str:
    """Of the names and contents of the files in an app's folder, and of which variant it is."""
    seen = hashlib.sha256(variant.encode())
    for path in files(folder, without):
        seen.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()[:_DIGITS]
