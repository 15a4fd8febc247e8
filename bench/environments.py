"""One virtual environment an app, so that no two apps can fight over a dependency."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from bench.errors import SetupError
from bench.layout import ROOT, STATE
from bench.model import App

_SERVERS = ROOT / "bench" / "servers.txt"
_UV = Path(sys.executable).with_name("uv")
_VERSIONS = (
    "import importlib.metadata as m, json, platform, re\n"
    "found = {re.sub('[-_.]+', '-', d.metadata['Name']).lower(): d.version for d in m.distributions()}\n"
    "print(json.dumps(found | {'python': platform.python_version()}))"
)
_COMPILE = ("--quiet", "--upgrade", "--universal", "--python-version", "3.11", "--no-header")


def folder(app: App) -> Path:
    """Where the app's environment stands, made or not."""
    return STATE / "environments" / app.id


def python(app: App) -> Path:
    """The app's interpreter, made or not."""
    return folder(app) / "bin" / "python"


def ensure(app: App) -> bool:
    """Make the app's environment if its pins changed since it was made; True if it had to be made.

    Raises SetupError when the interpreter or a package cannot be had.
    """
    stamp = folder(app) / "fairground.stamp"
    wanted = _fingerprint(app)
    if stamp.is_file() and stamp.read_text() == wanted and python(app).exists():
        return False
    shutil.rmtree(folder(app), ignore_errors=True)
    _uv(app.id, "venv", "--quiet", "--python", sys.executable, str(folder(app)))
    pins = ("-r", str(app.folder / "requirements.txt"), "-r", str(_SERVERS))
    _uv(app.id, "pip", "install", "--quiet", "--python", str(python(app)), *pins)
    stamp.write_text(wanted)
    return True


def versions(app: App, packages: Iterable[str]) -> dict[str, str]:
    """Installed versions in the app's environment, read there; `python` is the interpreter's own.

    Raises SetupError for a package that is not installed, or where the environment does not work.
    """
    installed = _installed(app)
    wanted = {name: installed.get(_normal(name)) for name in packages}
    if missing := [name for name, version in wanted.items() if version is None]:
        raise SetupError(f"{missing[0]} is not installed in the environment of {app.id}; does its app.toml name it so?")
    return {name: version for name, version in wanted.items() if version}


def compile_server_lock() -> None:
    """Compile the servers' pins again."""
    _uv("the servers", "pip", "compile", *_COMPILE, "servers.in", "-o", "servers.txt", cwd=_SERVERS.parent)


def compile_lock(app: App) -> None:
    """Compile the app's requirements.in into its pinned requirements.txt, so that it agrees with the servers' pins."""
    # A relative name: the lock's comments repeat it, and no path of this machine belongs in them.
    constraint = os.path.relpath(_SERVERS, app.folder)
    _uv(
        app.id,
        "pip",
        "compile",
        *_COMPILE,
        "requirements.in",
        "-c",
        constraint,
        "-o",
        "requirements.txt",
        cwd=app.folder,
    )


def _installed(app: App) -> dict[str, str]:
    try:
        done = subprocess.run([python(app), "-c", _VERSIONS], capture_output=True, text=True, check=True)
    except OSError as error:
        raise SetupError(f"The environment of {app.id} is broken ({error}); `make setup` makes it again.") from error
    except subprocess.CalledProcessError as error:
        raise SetupError(
            f"The environment of {app.id} is broken; `make clean` and try again.\n{error.stderr.strip()}"
        ) from error
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub("[-_.]+", "-", name).lower()


def _fingerprint(app: App) -> str:
    pins = (app.folder / "requirements.txt").read_bytes() + _SERVERS.read_bytes()
    return f"{sys.version}\n{sys.executable}\n{hashlib.sha256(pins).hexdigest()}\n"


def _uv(whose: str, *arguments: str, cwd: Path | None = None) -> None:
    try:
        done = subprocess.run([_UV, *arguments], capture_output=True, text=True, check=False, cwd=cwd)
    except OSError as error:
        raise SetupError(f"uv cannot be run ({error}); run through make, which installs it.") from error
    if done.returncode:
        reason = done.stderr.strip().splitlines() or ["no reason given"]
        raise SetupError(
            f"The environment of {whose} could not be made (uv {' '.join(arguments[:2])}): " + "\n".join(reason[-8:])
        )
