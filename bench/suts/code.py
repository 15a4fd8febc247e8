"""A digest of an app's own code: two folders with the same digest have the same files."""

import hashlib
from pathlib import Path

_LEFT_OUT = ("__pycache__",)
_DIGITS = 12


def digest(folder: Path, variant: str = "") -> str:
    """Of the names and contents of all files in an app's folder, but what Python makes of them, and of which variant it
    is.
    """
    seen = hashlib.sha256(variant.encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part in _LEFT_OUT for part in path.relative_to(folder).parts):
            seen.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            seen.update(path.read_bytes())
    return seen.hexdigest()[:_DIGITS]
