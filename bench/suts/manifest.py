"""Reads an app's manifest: the app in a folder, and its variants."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as pydantic_dataclass

from bench import databases
from bench.contract import hardening, operations, workloads
from bench.errors import ManifestError
from bench.model import NULLS, STATIC, TWIN, USUAL_PINS, App, FrameworkCheckout, Interface
from bench.suts.groups import GROUPS
from bench.suts.server_table import SERVERS

MANIFEST = "app.toml"
_APPLICATION = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(\(\))?$"
_NAME = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
_FOLDER = re.compile(rf"(?P<name>{_NAME})_app")
_VARIANT_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TAKEN = (TWIN, STATIC, *NULLS.values(), *GROUPS)
"""Names of other SUTs of a run, and of groups of apps."""
_GROUPS = tuple(group.id for group in operations.OPTIONAL)
_OPTIONAL = (*databases.ENGINES, *_GROUPS)
"""What an app may have or not: where it has not, its manifest may say why."""
_STRICT = ConfigDict(extra="forbid", strict=False)
_Text = Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True, kw_only=True)
class _Manifest:
    """The keys of `app.toml`, as field names."""

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
    groups: tuple[_Text, ...] = ()
    unsupported: dict[str, _Text] = field(default_factory=dict)
    name: Annotated[str, Field(pattern=rf"^{_NAME}$")] | None = None

    __pydantic_config__ = _STRICT


@pydantic_dataclass(frozen=True, config=_STRICT)
class _Checkout(FrameworkCheckout):
    """What `[variants.NAME.checkout]` must say."""

    variable: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
    version: Annotated[str, Field(pattern=r"^\d+(\.\d+)+$")]
    version_file: _Text
    made_by: _Text


@dataclass(frozen=True, kw_only=True)
class _Variant(_Manifest):
    """What `[variants.NAME]` may say; what it leaves out is as in the app."""

    difference: _Text
    requirements: Annotated[str, Field(pattern=r"^requirements(-[a-z0-9]+)*$")] = USUAL_PINS
    by_default: bool = False
    own: tuple[_Text, ...] = ()
    checkout: _Checkout | None = None


_Kind = TypeVar("_Kind", bound=_Manifest)


def load(folder: Path, *, locked: bool = True) -> App:
    """The app in a folder, without its variants; raises what `family` raises."""
    return family(folder, locked=locked)[0]


def family(folder: Path, *, locked: bool = True) -> tuple[App, ...]:
    """The app in a folder, and then its variants in their manifest's order.

    `locked` says that their pins must be there, and not only what they are compiled from. Raises ManifestError in one
    sentence that names the file and the key.
    """
    path, usual = folder / MANIFEST, name_of(folder)
    keys = _read(path)
    variants = _variants(path, keys.pop("variants", {}))
    manifest = _checked(_Manifest, keys, str(path))
    app = _app(folder, manifest, name=manifest.name or usual)
    _check_pins(app, locked=locked)
    inherited = {key: value for key, value in keys.items() if key != "name"}
    others = [_variant(app, name, inherited | own, f"{path}: [variants.{name}]") for name, own in variants.items()]
    for variant in others:
        _check_pins(variant, locked=locked)
    return tuple(replace(one, foreign=_foreign(one, others)) for one in (app, *others))


def _foreign(app: App, family: Iterable[App]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path for other in family for path in other.own if path not in app.own))


def name_of(folder: Path) -> str:
    """What an app is called for its folder; raises ManifestError where no app's folder can have such a name."""
    named = _FOLDER.fullmatch(folder.name)
    if named is None or named["name"] in _TAKEN:
        raise ManifestError(
            f"{folder}: an app's folder is named like my_framework_app, in lower case, and never "
            f"{', '.join(f'{name}_app' for name in _TAKEN)}."
        )
    return named["name"]


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ManifestError(
            f"{path} is missing: an app needs a manifest (apps/SPEC.md says what stands in it)."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ManifestError(f"{path} cannot be read: {error}.") from error


def _variants(path: Path, variants: Any) -> dict[str, dict[str, Any]]:
    """The tables of the variants; raises ManifestError for a name that could not be told from another SUT's."""
    if not isinstance(variants, dict) or not all(isinstance(keys, dict) for keys in variants.values()):
        raise ManifestError(f"{path}: a variant is a table of its own, [variants.NAME].")
    for name in variants:
        if not _VARIANT_NAME.fullmatch(name) or name in (*SERVERS, *databases.ENGINES) or re.fullmatch(r"\d+w", name):
            raise ManifestError(
                f"{path}: [variants.{name}]: a variant is named like own-encoder, and never like a server or database."
            )
    return variants


def _variant(app: App, name: str, keys: dict[str, Any], where: str) -> App:
    """One that has a `name` of its own is another framework's, and nobody calls it a variant of the app."""
    manifest = _checked(_Variant, keys, where)
    if manifest.name and manifest.label == app.label:
        raise ManifestError(f"{where}: the key 'label' is missing: what has a name of its own has its own label.")
    if missing := [path for path in manifest.own if not (app.folder / path).exists()]:
        raise ManifestError(f"{where}: the key 'own' names {missing[0]!r}, which is not in {app.folder}.")
    variant = "" if manifest.name else name
    return _app(app.folder, manifest, name=manifest.name or app.name, variant=variant, variant_of=str(app))


def _app(folder: Path, manifest: _Manifest, **names: str) -> App:
    """The app of a manifest; it leaves out the operations of each optional group that its manifest does not name."""
    lacking = {name: reason for name, reason in manifest.unsupported.items() if name in _OPTIONAL}
    others = {name: reason for name, reason in manifest.unsupported.items() if name not in _OPTIONAL}
    unsupported = others | operations.left_out(manifest.groups)
    return App(folder=folder, **vars(manifest) | names | {"unsupported": unsupported, "lacking": lacking})


def _checked(kind: type[_Kind], keys: dict[str, Any], where: str) -> _Kind:
    try:
        manifest = TypeAdapter(kind).validate_python(keys)
    except ValidationError as error:
        raise ManifestError(f"{where}: {_first(error, kind)}.") from error
    if complaint := _impossible(manifest):
        raise ManifestError(f"{where}: {complaint}.")
    return manifest


def _check_pins(app: App, *, locked: bool) -> None:
    if not app.requirements_in.is_file():
        raise ManifestError(
            f"{app.requirements_in} is missing: it names what the app needs directly, such as {app.package}."
        )
    if locked and not app.lock.is_file():
        raise ManifestError(
            f"{app.lock} is missing: `python -m bench lock {app}` compiles it from {app.requirements_in.name}."
        )


def _impossible(manifest: _Manifest) -> str:
    """The first contradiction in a manifest whose keys are each well formed; empty where there is none."""
    if manifest.name in _TAKEN:
        return f"the key 'name' is {manifest.name!r}, as is something else in a run or on a command line"
    if complaint := _outside_the_contract(manifest):
        return complaint
    if unknown := [name for name in manifest.databases if name not in databases.ENGINES]:
        return f"the key 'databases' names {unknown[0]!r}, which is none of: {', '.join(databases.ENGINES)}"
    if manifest.native_server not in SERVERS:
        servers = ", ".join(SERVERS)
        return f"the key 'native_server' names {manifest.native_server!r}, which is none of: {servers}"
    if manifest.interface not in SERVERS[manifest.native_server].interfaces:
        return f"the key 'native_server' names {manifest.native_server!r}, which does not speak {manifest.interface}"
    return ""


def _outside_the_contract(manifest: _Manifest) -> str:
    """What a manifest names that the contract does not have; empty where there is nothing."""
    core = {operation.id for operation in operations.OPERATIONS if operation.group.required}
    crowds = {workload.id for workload in workloads.WORKLOADS if workload.wait_s}
    known = core | crowds | {hardening.GROUP, *hardening.CLAUSES, *_OPTIONAL}
    if unknown := [name for name in manifest.unsupported if name not in known]:
        return (
            f"[unsupported] names {unknown[0]!r}, which is neither an operation of the core nor a clause of "
            f"{hardening.GROUP} ({', '.join(hardening.CLAUSES)}), an optional group ({', '.join(_GROUPS)}) or a "
            f"database ({', '.join(databases.ENGINES)})"
        )
    if unknown := [name for name in manifest.groups if name not in _GROUPS]:
        return f"the key 'groups' names {unknown[0]!r}, which is no optional group of operations: {', '.join(_GROUPS)}"
    if both := [name for name in manifest.unsupported if name in (*manifest.groups, *manifest.databases)]:
        key = "groups" if both[0] in manifest.groups else "databases"
        return f"[unsupported] names {both[0]!r}, and so does the key {key!r}"
    return ""


def _first(error: ValidationError, kind: type[_Manifest]) -> str:
    """The first error, in words: the key, and what is wrong with it."""
    problem = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"unknown key {key!r}{_meant(key, kind)}"
    if problem["type"] in ("missing", "missing_argument"):
        return f"the key {key!r} is missing"
    return f"the key {key!r} is wrong ({problem['msg'].lower()})"


def _meant(key: str, kind: type[_Manifest]) -> str:
    """The key that was probably meant, as a question; empty where none is near."""
    keys = [field.name for field in fields(kind)]
    close = get_close_matches(key.lower().replace("-", "_"), keys, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(keys)}"
