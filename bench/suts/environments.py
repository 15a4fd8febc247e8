"""One virtual environment for each app, so that no two apps can conflict over a dependency."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from packaging.utils import canonicalize_name

from bench.errors import BenchError, ManifestError, SetupError
from bench.host import disks, variables
from bench.model import USUAL_PINS, App
from bench.suts import checkouts, complaints, interpreters, packages, uv
from bench.suts.complaints import TooOld
from bench.workspace import ROOT

LeaveOut = Callable[[App, BenchError], None]
"""Hears what is wrong with an app that is left out for it."""
_SERVERS = ROOT / "bench" / "servers.txt"
_CRAWLER = ROOT / "bench" / "crawl" / "requirements.txt"
_STAMP = "fairground.stamp"
_VERSIONS = (
    "import importlib.metadata as m, json, platform\n"
    "versions = {d.metadata['Name']: d.version for d in m.distributions()}\n"
    "print(json.dumps(versions | {'python': platform.python_version()}))"
)
_COMPILE = ("--quiet", "--upgrade", "--universal", "--python-version", "3.11", "--no-header")


def folder(app: App, state: Path) -> Path:
    """The folder of the app's environment below `state`, whether it exists or not.

    Another edition has one of its own where its pins differ, and a variant where it names pins of its own.
    """
    usual = state / "environments" / _usual_name(app)
    if not app.edition or _stamp(usual) == (pins := _fingerprint(app)):
        return usual
    return usual.with_name(f"{usual.name}@{hashlib.sha256(pins.encode()).hexdigest()[:12]}")


def python(app: App, state: Path) -> Path:
    """The app's interpreter, whether it exists or not."""
    return folder(app, state) / "bin" / "python"


def ensure(app: App, state: Path) -> bool:
    """Make the app's environment if it is missing or its pins have changed; True if it was made.

    Raises SetupError when the interpreter or a package cannot be had.
    """
    place, wanted = folder(app, state), _fingerprint(app)
    if _stamp(place) == wanted and (place / "bin" / "python").exists():
        return False
    with _overrides(app) as other:
        _make(place, str(app), (app.lock, _servers(app)), other, wanted, _base(app))
    return True


def crawler_python(state: Path) -> Path:
    """The crawler's interpreter, whether it exists or not. No app can have the name of its environment."""
    return state / "environments" / "scrapy-crawler" / "bin" / "python"


def ensure_crawler(state: Path) -> bool:
    """As `ensure`, for the crawler's own environment."""
    python = crawler_python(state)
    place, wanted = python.parents[1], _made_for(_CRAWLER.read_bytes())
    if _stamp(place) == wanted and python.exists():
        return False
    _make(place, "the crawler", (_CRAWLER,), (), wanted)
    return True


def prepare(apps: Iterable[App], state: Path, leave_out: LeaveOut | None = None) -> Iterator[App]:
    """Make the environments that are missing; yields each app whose environment was made, as soon as it is.

    SetupError, where one cannot be made, and ManifestError, for an app that does not import the package that its
    manifest names, are handed to `leave_out`; without that, they are raised.
    """
    for app in apps:
        try:
            if ensure(app, state):
                yield app
            if app.checkout is None:
                packages.check(app, folder(app, state))
        except (SetupError, ManifestError) as error:
            if leave_out is None:
                raise
            leave_out(app, error)


def again(app: App, state: Path) -> str:
    """How a broken environment is had whole again, in words."""
    return f"remove {folder(app, state)}, and the next command makes it again"


def versions(app: App, packages: Iterable[str], state: Path) -> dict[str, str]:
    """The versions of packages in the app's environment, as installed there; `python` is that of the interpreter.

    Raises SetupError for a package that is not installed, or where the environment does not work.
    """
    installed = _installed(app, state) | {canonicalize_name(name): one for name, one in checkouts.version(app).items()}
    wanted = {name: installed.get(canonicalize_name(name)) for name in packages}
    if missing := [name for name, version in wanted.items() if version is None]:
        raise SetupError(f"{missing[0]} is not installed in the environment of {app}; does its app.toml name it so?")
    return {name: version for name, version in wanted.items() if version}


def compile_server_lock() -> None:
    """Compile the servers' pins again."""
    _uv("the servers", "pip", "compile", *_COMPILE, "servers.in", "-o", "servers.txt", cwd=_SERVERS.parent)


def compile_crawler_lock() -> None:
    """Compile the crawler's pins again."""
    _uv("the crawler", "pip", "compile", *_COMPILE, "requirements.in", "-o", _CRAWLER.name, cwd=_CRAWLER.parent)


def compile_lock(app: App) -> None:
    """Compile what the app requires into its pins, in agreement with the servers' pins."""
    # A relative name: the lock's comments repeat it, and no path of this machine belongs in them.
    constraint = os.path.relpath(_SERVERS, app.folder)
    _uv(
        str(app),
        "pip",
        "compile",
        *_COMPILE,
        app.requirements_in.name,
        "-c",
        constraint,
        "-o",
        app.lock.name,
        cwd=app.folder,
    )


def _usual_name(app: App) -> str:
    """An app and its variants share an environment as long as they share their pins."""
    return (app.variant_of or app.name) if app.requirements == USUAL_PINS else str(replace(app, edition=""))


def _installed(app: App, state: Path) -> dict[str, str]:
    try:
        command = (python(app, state), "-c", _VERSIONS)
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, env=variables.kept())
    except OSError as error:
        raise SetupError(f"The environment of {app} is broken ({error}); {again(app, state)}.") from error
    except subprocess.CalledProcessError as error:
        raise SetupError(f"The environment of {app} is broken; {again(app, state)}.\n{error.stderr.strip()}") from error
    return {canonicalize_name(name): version for name, version in json.loads(done.stdout).items()}


def _servers(app: App) -> Path:
    """The servers' pins: those of the app's own commit where it is an older edition, so that a new server shows as a
    difference.
    """
    own = app.folder.parents[1] / "bench" / _SERVERS.name
    return own if app.edition and own.is_file() else _SERVERS


@contextlib.contextmanager
def _overrides(app: App) -> Iterator[tuple[str, ...]]:
    """Arguments that put the app's overrides in place of the locked versions."""
    if not app.overrides:
        yield ()
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(app.overrides))
        file.flush()
        yield ("--override", file.name)


def _stamp(place: Path) -> str:
    """The pins that the environment in `place` was made from; empty where there is none."""
    try:
        return (place / _STAMP).read_text()
    except OSError:
        return ""


def _fingerprint(app: App) -> str:
    pins = app.lock.read_bytes() + _servers(app).read_bytes() + " ".join(app.overrides).encode()
    return _made_for(pins, _base(app))


def _base(app: App) -> str:
    """The interpreter that the app's environment is made from."""
    return str(interpreters.find(app.interpreter)) if app.interpreter else sys.executable


def _made_for(pins: bytes, base: str = sys.executable) -> str:
    version = f"{sys.version}\n" if base == sys.executable else ""
    return f"{version}{base}\n{hashlib.sha256(pins).hexdigest()}\n"


def _make(
    place: Path, whose: str, pins: Iterable[Path], other: Iterable[str], stamp: str, base: str = sys.executable
) -> None:
    if not disks.starts_programs(place):
        raise SetupError(
            f"No program can be started from {place.parents[1]}, whose disk is mounted noexec: let FAIRGROUND_STATE "
            "name a folder on another."
        )
    shutil.rmtree(place, ignore_errors=True)
    _uv(whose, "venv", "--quiet", "--python", base, str(place))
    locked = [word for path in pins for word in ("-r", str(path))]
    _uv(whose, "pip", "install", "--quiet", "--python", str(place / "bin" / "python"), *locked, *other)
    (place / _STAMP).write_text(stamp)


def _uv(whose: str, *arguments: str, cwd: Path | None = None) -> None:
    try:
        done = uv.run(arguments, cwd)
    except OSError as error:
        raise SetupError(f"uv cannot be run ({error}); run through make, which installs it.") from error
    if done.returncode:
        reason = complaints.reason(done.stderr)
        if seen := complaints.too_old(reason):
            raise SetupError(_too_old(whose, seen))
        raise SetupError(f"The environment of {whose} could not be made (uv {' '.join(arguments[:2])}): {reason}")


def _too_old(whose: str, seen: TooOld) -> str:
    newer = interpreters.at_least(seen.least)
    way_out = (
        f"add PYTHON={newer[1]} VENV=.fairground/venv-{newer[0]} where you call make, and all of it runs on that"
        if newer
        else "there is none on the PATH or among pyenv's versions"
    )
    return f"{whose} cannot run on Python {seen.python}: {seen.what} needs {seen.least} or newer; {way_out}."
