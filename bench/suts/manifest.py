"""Discovers and reads the apps' manifests. What is wrong with one is always said: no contestant vanishes silently."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from bench import databases
from bench.contract import hardening
from bench.contract.operations import OPERATIONS
from bench.errors import ManifestError, UsageError
from bench.model import NULLS, STATIC, TWIN, App, Interface
from bench.suts.groups import GROUPS, members
from bench.suts.server_table import SERVERS

_APPLICATION = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(\(\))?$"
_NAME = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
_FOLDER = re.compile(rf"(?P<name>{_NAME})_app")
_MANIFEST = "app.toml"
_TAKEN = (TWIN, STATIC, *NULLS.values(), *GROUPS)
"""What other SUTs of a run are called, and groups of apps."""
LeaveOut = Callable[[ManifestError], None]
"""Hears what is wrong with an app that is left out for it."""
_Text = Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True)
class _Manifest:
    """What `app.toml` may say; the field names are its keys."""

    label: _Text
    package: Annotated[str, Field(pattern=r"^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$")]
    interface: Interface
    application: Annotated[str, Field(pattern=_APPLICATION)]
    data_layer: _Text
    databases: Annotated[tuple[str, ...], Field(min_length=1)]
    native_server: _Text
    serialiser: _Text = ""
    validation: _Text = ""
    notes: tuple[_Text, ...] = ()
    unsupported: dict[str, _Text] = field(default_factory=dict)
    name: Annotated[str, Field(pattern=rf"^{_NAME}$")] | None = None

    __pydantic_config__ = ConfigDict(extra="forbid", strict=False)


_SCHEMA = TypeAdapter(_Manifest)


def discover(apps: Path, leave_out: LeaveOut | None = None, *, locked: bool = True) -> tuple[App, ...]:
    """Every app under `apps`, by name.

    One that is broken is handed to `leave_out`; without that, ManifestError is raised for the first. `locked` says that
    each must have its pins.
    """
    folders = sorted(path for path in apps.glob("*/") if path.name.endswith("_app") or (path / _MANIFEST).is_file())
    if not folders:
        raise ManifestError(f"There is no app in {apps}: each is a folder NAME_app with an app.toml.")
    sound = dict[str, App]()
    for folder in folders:
        try:
            app = load(folder, locked=locked)
            _check_name(app, sound)
            sound[app.name] = app
        except ManifestError as error:
            if leave_out is None:
                raise
            leave_out(error)
    return tuple(sound[name] for name in sorted(sound))


def choose(apps: Path, names: Iterable[str], leave_out: LeaveOut, *, locked: bool = True) -> tuple[App, ...]:
    """The apps called `names`, which must be sound; a name may also be that of a group, or none be given for all apps.
    Then `leave_out` hears of those that are broken.

    Raises ManifestError for one that is broken and named, or where none is sound, and UsageError for a name of none.
    """
    names, broken = tuple(names), list[ManifestError]()
    sound = discover(apps, broken.append, locked=locked)
    for folder in (apps / folder for name in names for folder in (name, f"{name}_app")):
        if (folder / _MANIFEST).is_file() or (folder.name.endswith("_app") and folder.is_dir()):
            load(folder, locked=locked)
    if not sound:
        raise broken[0]
    for error in broken if not names or GROUPS.keys() & set(names) else ():
        leave_out(error)
    return select(sound, names)


def load(folder: Path, *, locked: bool = True) -> App:
    """Read one app's manifest; raises ManifestError in one sentence that names the file and the key.

    `locked` says that its pins must be there, and not only what they are compiled from.
    """
    path = folder / _MANIFEST
    named = _FOLDER.fullmatch(folder.name)
    if named is None or named["name"] in _TAKEN:
        raise ManifestError(
            f"{folder}: an app's folder is named like my_framework_app, in lower case, and never "
            f"{', '.join(f'{name}_app' for name in _TAKEN)}."
        )
    try:
        manifest = _SCHEMA.validate_python(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise ManifestError(
            f"{path} is missing: an app needs a manifest (apps/SPEC.md says what stands in it)."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ManifestError(f"{path} cannot be read: {error}.") from error
    except ValidationError as error:
        raise ManifestError(f"{path}: {_first(error)}.") from error
    if complaint := _impossible(manifest):
        raise ManifestError(f"{path}: {complaint}.")
    name = manifest.name or named["name"]
    _check_pins(folder, name, manifest.package, locked=locked)
    return App(folder=folder, **vars(manifest) | {"name": name})


def select(apps: Iterable[App], names: Iterable[str]) -> tuple[App, ...]:
    """The apps called `names` (`flask`, or its folder's name) and those of groups so called, in that order and once
    each; all of them for no names.
    """
    by_name = {app.name: app for app in apps}
    known = {group: members(by_name.values(), group) for group in GROUPS}
    known |= {name: (app,) for app in by_name.values() for name in (app.folder.name, app.name)}
    wanted = tuple(names) or tuple(by_name)
    if unknown := [name for name in wanted if name not in known]:
        raise UsageError(
            f"There is no app called {unknown[0]!r}; there are: {', '.join(by_name)}; "
            f"and the groups {', '.join(GROUPS)}."
        )
    if empty := [name for name in wanted if not known[name]]:
        raise UsageError(f"The group {empty[0]!r} has no app here.")
    return tuple(dict.fromkeys(app for name in wanted for app in known[name]))


def _check_name(app: App, others: Mapping[str, App]) -> None:
    if other := others.get(app.name):
        raise ManifestError(f"{app.folder} is called {app.name!r}, as is {other.folder}.")


def _check_pins(folder: Path, name: str, package: str, *, locked: bool) -> None:
    if not (folder / "requirements.in").is_file():
        raise ManifestError(
            f"{folder / 'requirements.in'} is missing: it names what the app needs directly, such as {package}."
        )
    if locked and not (folder / "requirements.txt").is_file():
        raise ManifestError(
            f"{folder / 'requirements.txt'} is missing: `python -m bench lock {name}` compiles it from requirements.in."
        )


def _impossible(manifest: _Manifest) -> str:
    """What no app can be, although each key by itself is well formed; empty if nothing."""
    if manifest.name in _TAKEN:
        return f"the key 'name' is {manifest.name!r}, as is something else in a run or on a command line"
    known = {operation.id for operation in OPERATIONS} | {hardening.GROUP, *hardening.CLAUSES}
    if unknown := [name for name in manifest.unsupported if name not in known]:
        return (
            f"[unsupported] names {unknown[0]!r}, which is neither an operation nor a clause of {hardening.GROUP}: "
            f"{', '.join(hardening.CLAUSES)}"
        )
    if unknown := [name for name in manifest.databases if name not in databases.names()]:
        return f"the key 'databases' names {unknown[0]!r}, which is none of: {', '.join(databases.names())}"
    if manifest.native_server not in SERVERS:
        servers = ", ".join(SERVERS)
        return f"the key 'native_server' names {manifest.native_server!r}, which is none of: {servers}"
    if manifest.interface not in SERVERS[manifest.native_server].interfaces:
        return f"the key 'native_server' names {manifest.native_server!r}, which does not speak {manifest.interface}"
    return ""


def _first(error: ValidationError) -> str:
    """The first complaint as words: which key, and what is wrong with it."""
    problem = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"unknown key {key!r}{_meant(key)}"
    if problem["type"] in ("missing", "missing_argument"):
        return f"the key {key!r} is missing"
    return f"the key {key!r} is wrong ({problem['msg'].lower()})"


def _meant(key: str) -> str:
    """The key that was probably meant."""
    keys = [field.name for field in fields(_Manifest)]
    close = get_close_matches(key.lower().replace("-", "_"), keys, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(keys)}"
