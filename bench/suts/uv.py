"""Runs uv with the index that pip is configured with, and a cache that can be written.

An index is usually configured for pip, whose settings uv does not read. Run as a script, `python -m bench.suts.uv
ARGUMENT...` is uv; it needs nothing but the standard library, so that it can install the rest.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from bench.workspace import from_environment

PROGRAM = Path(sys.executable).with_name("uv")
_INDEX = ("UV_DEFAULT_INDEX", "UV_INDEX_URL")


def run(arguments: Sequence[str], cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run uv to its end; raises OSError where it cannot be started."""
    return subprocess.run(
        [PROGRAM, *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        cwd=cwd,
        env=environment(os.environ, configured_index(), from_environment().state),
    )


def environment(environ: Mapping[str, str], index: str, state: Path) -> dict[str, str]:
    """The variables for uv: `index` where none is set, and a cache below `state` where its own cannot be written."""
    given = dict(environ)
    if index and not any(given.get(name) for name in _INDEX):
        given["UV_DEFAULT_INDEX"] = index
    if not given.get("UV_CACHE_DIR") and not _writable(_cache(given)):
        given["UV_CACHE_DIR"] = str(state / "uv")
    return given


@cache
def configured_index() -> str:
    """The index that pip's variables and files name; empty where that is the usual one."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, encoding="utf-8", check=False
    )
    return index_in(done.stdout)


def index_in(settings: str) -> str:
    """The index among pip's settings; the last one wins."""
    index = ""
    for line in settings.splitlines():
        name, _, value = line.partition("=")
        if name.rpartition(".")[2] == "index-url" and name.partition(".")[0] in ("global", "install", ":env:"):
            index = str(ast.literal_eval(value))
    return index


def _cache(environ: Mapping[str, str]) -> Path:
    """The folder in which uv caches by default."""
    return Path(environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME") or "/") / ".cache") / "uv"


def _writable(folder: Path) -> bool:
    """Whether a folder can be written, or can be made."""
    try:
        there = next(path for path in (folder, *folder.parents) if path.exists())
    except OSError:  # below a folder that may not even be entered
        return False
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


if __name__ == "__main__":
    wanted = environment(os.environ, configured_index(), from_environment().state)
    os.execve(PROGRAM, [str(PROGRAM), *sys.argv[1:]], wanted)
