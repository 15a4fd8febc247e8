"""Stored runs of older schema versions, brought up to date one version at a time. Pure.

A migration takes JSON as it was loaded and returns the same of the next version. It fills in what an older Fairground
did not store; it never makes up a measurement.
"""

from collections.abc import Callable
from typing import Any

from bench.store import fingerprints, renamed
from bench.store.results import SCHEMA_VERSION

Json = dict[str, Any]

_TOOLS = ("locust", "gevent", "numpy", "scipy", "valgrind")
_DATABASES = ("sqlite",)
"""The versions of tools that stood among the facts of the machine up to version 2."""


def upgrade(stored: Json) -> Json:
    """A stored run as this version writes it; raises ValueError for a version that is unknown."""
    version = stored.get("schema_version")
    while version != SCHEMA_VERSION:
        if type(version) is not int or version not in _MIGRATIONS:  # True is an int, and equal to 1
            raise ValueError(f"schema version {version!r}")
        stored = _MIGRATIONS[version](stored) | {"schema_version": version + 1}
        version += 1
    return fingerprints.up_to_date(renamed.up_to_date(stored))


def _from_1(stored: Json) -> Json:
    """Version 2 says which version of the contract was measured; before, there was only one."""
    environment = stored.get("environment")
    if not isinstance(environment, dict):  # whoever checks the whole says so better
        return stored
    return stored | {"environment": {"contract": "1.0"} | environment}


def _from_2(stored: Json) -> Json:
    """Version 3 stores estimates as such, groups versions of tools and databases, and has no empty profile. It stores
    the keys of SUTs and workloads; before, these stood in their ids only, and apps were called after their folders.
    """
    stored = _completed(_completed(stored, "suts", _sut), "workloads", _workload)
    environment, plan = stored.get("environment"), stored.get("plan") or {}
    if not isinstance(environment, dict) or not isinstance(plan, dict):
        return stored
    groups = {
        group: {name: environment[name] for name in names if environment.get(name)}
        for group, names in {"tools": _TOOLS, "databases": _DATABASES}.items()
    }
    facts = {name: fact for name, fact in environment.items() if name not in (*_TOOLS, *_DATABASES)}
    verified = [_app(folder) for folder in plan.get("verified") or ()]
    return _with_estimates(stored) | {
        "environment": facts | groups,
        "plan": plan | {"profile": plan.get("profile") or None, "verified": verified},
    }


def _completed(stored: Json, field: str, complete: Callable[[Json], Json]) -> Json:
    entries = stored.get(field)
    if not isinstance(entries, list):  # whoever checks the whole says so better
        return stored
    return stored | {field: [complete(entry) if isinstance(entry, dict) else entry for entry in entries]}


def _sut(stored: Json) -> Json:
    known = {name: value for name, value in stored.items() if name not in ("app", "database")}
    key = {
        "app": _app(stored["app"]),
        "variant": "",
        "server": stored["server"].partition(" ")[0],
        "database": stored["database"],
        "workers": 1,
        "edition": stored["id"].partition("@")[2],
    }
    return {"key": key} | known


def _workload(stored: Json) -> Json:
    name = stored["id"].partition("-open")[0].removesuffix("-capacity").removesuffix("-in-process")
    return {"name": name} | stored


def _app(folder: str) -> str:
    return folder.removesuffix("_app")


def _with_estimates(stored: Json) -> Json:
    """The same figures, each as an estimate."""
    measurements = [_estimated(entry, "estimate", "value") for entry in stored.get("measurements", ())]
    comparisons = [_estimated(entry, "here", "ratio") for entry in stored.get("comparisons", ())]
    noise = [_estimated(entry, "estimate", "value") for entry in stored.get("noise", ())]
    return stored | {"measurements": measurements, "comparisons": comparisons, "noise": noise}


def _estimated(entry: Json, name: str, value: str) -> Json:
    rest = {key: part for key, part in entry.items() if key not in (value, "low", "high")}
    return rest | {name: {"value": entry[value], "low": entry["low"], "high": entry["high"]}}


_MIGRATIONS: dict[int, Callable[[Json], Json]] = {1: _from_1, 2: _from_2}
