"""The database servers that are installed on this machine, also where no PATH leads."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from bench.errors import SetupError

_ROOT = Path("/")
_PLACES = (
    "usr/sbin",
    "usr/local/sbin",
    "usr/libexec",
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/local/pgsql/bin",
    "usr/local/mysql/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "opt/homebrew/opt/mariadb*/bin",
    "usr/local/opt/postgresql*/bin",
    "usr/local/opt/mariadb*/bin",
)
"""Where Debian, Ubuntu, Fedora and Homebrew put servers, and those who build them."""


def find(names: Iterable[str], root: Path = _ROOT) -> Path | None:
    """The first of these programs that is there, links followed; of several versions beside each other the newest."""
    for name in names:
        if program := shutil.which(name):
            return Path(program).resolve()
        beside = [path for place in _PLACES for path in root.glob(f"{place}/{name}")]
        if beside:
            return max(beside, key=_version).resolve()
    return None


def needed(names: Iterable[str], whose: str, package: str) -> Path:
    """As `find`; raises SetupError, which says how to get one, where there is none, or where it is of somebody else."""
    program = find(names)
    if program and whose in _said(program):
        return program
    lacking = f"{program} is no server of {whose}" if program else f"There is no {whose} server on this machine"
    raise SetupError(
        f"{lacking}: `apt-get install {package}` brings one, or start that of compose.yaml and let DATABASE_URL name "
        "it (docs/databases.md)."
    )


def version(program: Path) -> str:
    """The version that the program prints: the digits alone."""
    numbers = re.search(r"\d+(\.\d+)+", _said(program))
    return numbers[0] if numbers else "unknown"


@cache
def _said(program: Path) -> str:
    """What the program says of its version; raises SetupError where it cannot be run."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, encoding="utf-8", check=False).stdout
    except OSError as error:
        raise SetupError(f"{program} cannot be run: {error.strerror}.") from error


def _version(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]
