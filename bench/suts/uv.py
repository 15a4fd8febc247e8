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
from typing import NoReturn

from bench.host import disks
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
    if (folder := cache_folder(environ, state)) == _own_cache(state):
        given["UV_CACHE_DIR"] = str(folder)
    return given


def cache_folder(environ: Mapping[str, str], state: Path) -> Path:
    """The folder in which uv keeps what it fetched: its usual one, or one below `state` where that takes nothing."""
    if given := environ.get("UV_CACHE_DIR"):
        return Path(given)
    usual = Path(environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME") or "/") / ".cache") / "uv"
    return usual if _writable(usual) else _own_cache(state)


def _own_cache(state: Path) -> Path:
    return state / "uv"


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


def _writable(folder: Path) -> bool:
    """Whether a folder can be written, or can be made."""
    try:
        there = disks.existing(folder)
    except OSError:  # below a folder that may not even be entered
        return False
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def main(arguments: Sequence[str]) -> NoReturn:
    """Become uv."""
    wanted = environment(os.environ, configured_index(), from_environment().state)
    try:
        os.execve(PROGRAM, [str(PROGRAM), *arguments], wanted)
    except OSError as error:
        sys.exit(f"uv cannot be run ({error}). Where its disk is mounted noexec, name another folder: make VENV=...")


if __name__ == "__main__":
    main(sys.argv[1:])
