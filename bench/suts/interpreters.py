"""The interpreters of this machine that an app may run on in place of the suite's own: on the PATH, or pyenv's."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from bench.errors import UsageError
from bench.host import variables

PACKAGE = "python"
"""What stands in the place of a package where another interpreter is asked for."""
_PROGRAM = re.compile(r"python(3\.([0-9]+)t?)")
_USUAL = re.compile(r"3\.[0-9]+")
_LEAST = 11
"""Older than 3.11 is no Python of the suite."""
_VERSION = "import sys; print(*sys.version_info[:3], sys.executable)"


@cache
def find(version: str) -> Path:
    """The newest interpreter of a version: `3.13`, or `3.13t` for the free-threaded one.

    Raises UsageError, with the versions that there are, where none of it works.
    """
    places = programs(os.environ)
    known = sorted(filter(None, map(_asked, places.get(version, ()))))
    if not known:
        there = ", ".join(sorted(places, key=_minor)) or "none"
        raise UsageError(f"No Python {version} is on the PATH or among pyenv's versions; there are: {there}.")
    return known[-1][1]


def at_least(version: str) -> tuple[str, Path] | None:
    """The oldest version here that is no older than another (`3.12`), with its newest interpreter; None if there is
    none. Those without a GIL are left out.
    """
    for name in sorted(filter(_USUAL.fullmatch, programs(os.environ)), key=_minor):
        with suppress(UsageError):
            if _minor(name) >= _minor(version):
                return name, find(name)
    return None


def programs(environ: Mapping[str, str]) -> dict[str, tuple[Path, ...]]:
    """The programs that are called `python3.13` or the like, by version, in the folders that these variables name."""
    places: dict[str, tuple[Path, ...]] = {}
    for folder in _folders(environ):
        for program in sorted(folder.glob("python3.*")):
            called = _PROGRAM.fullmatch(program.name)
            if called and int(called[2]) >= _LEAST and os.access(program, os.X_OK):
                places[called[1]] = (*places.get(called[1], ()), program)
    return places


def _minor(version: str) -> int:
    return int(version[2:].rstrip("t"))


def _folders(environ: Mapping[str, str]) -> Iterator[Path]:
    yield from (Path(folder) for folder in environ.get("PATH", "").split(os.pathsep) if folder)
    pyenv = environ.get("PYENV_ROOT") or Path(environ.get("HOME") or "/") / ".pyenv"
    yield from sorted(Path(pyenv).glob("versions/3.*/bin"))


def _asked(program: Path) -> tuple[tuple[int, ...], Path] | None:
    """The version that a program says it has, and where it really is; None where it does not work."""
    try:
        done = subprocess.run(
            [program, "-c", _VERSION], capture_output=True, encoding="utf-8", check=True, env=variables.kept()
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    *numbers, place = done.stdout.strip().split(" ", 3)
    return tuple(map(int, numbers)), Path(place)
