"""Runs on disk: `run.json` saved whole or not at all, loaded, and checked against its schema."""

import json
import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bench.errors import StorageError
from bench.store import migrations, plausible
from bench.store.results import SCHEMA_VERSION, Run

_RUN = TypeAdapter(Run)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `run.json`, as published in `bench/store/run.schema.json`."""
    schema = _RUN.json_schema()
    for end in ("low", "high"):  # JSON has no infinity
        schema["$defs"]["Estimate"]["properties"][end] = {"anyOf": [{"type": "number"}, {"type": "null"}]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def as_json(run: Run) -> bytes:
    """The run as it stands in `run.json`, but in one line of ASCII, so that nothing in it can control a terminal. An
    interval without ends has null for both.
    """
    return _RUN.dump_json(run, ensure_ascii=True, warnings=False).replace(b"\x7f", b"\\u007f") + b"\n"


def save(run: Run, folder: Path) -> Path:
    """Write `run.json` whole or not at all, and return its path; raises StorageError where it cannot be written."""
    path = folder / "run.json"
    write(path, _RUN.dump_json(run, indent=1, warnings=False) + b"\n")
    return path


def write(path: Path, content: str | bytes, *, synced: bool = True) -> None:
    """Replace a file in one step, so that a full disk or a crash leaves the old one; raises StorageError.

    `synced` is False for the files of a folder that is synced as a whole before it counts: a disk takes many at once
    sooner than one after the other.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            stream.write(content.encode("utf-8") if isinstance(content, str) else content)
            if synced:
                stream.flush()
                os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageError(
            f"{path} cannot be written: {error.strerror or error}. What was saved there before is kept."
        ) from error


def load(path: Path) -> Run:
    """Read a stored run from its folder or its `run.json`, of any schema version.

    Raises StorageError where it is not there, cannot be read, or is no stored run.
    """
    path = path / "run.json" if path.is_dir() else path
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise StorageError(f"There is no run at {path}; `make bench` makes one.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{path} cannot be read: {error}.") from error
    return parse(text, path)


def parse(text: str, source: object) -> Run:
    """A run from the text of its `run.json`; raises StorageError, which names the `source`."""
    try:
        stored = _up_to_date(json.loads(text), source)
        if impossible := plausible.complaint(stored):
            raise StorageError(f"{source} is not a stored run: {impossible}.")
        return _RUN.validate_python(_with_ends(stored))
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        key = ".".join(map(str, problem["loc"]))
        raise StorageError(f"{source} is not a stored run: {key}: {problem['msg'].lower()}.") from error
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise StorageError(f"{source} is not a stored run: {error}.") from error


def _estimates(stored: Any) -> Iterator[dict[str, Any]]:
    """Each estimate in a stored run, as JSON."""
    for part, name in (("measurements", "estimate"), ("comparisons", "here"), ("noise", "estimate")):
        yield from (entry[name] for entry in stored.get(part, ()))


def _with_ends(stored: Any) -> Any:
    for estimate in _estimates(stored):
        if estimate["low"] is None or estimate["high"] is None:
            estimate |= {"low": -math.inf, "high": math.inf}
    return stored


def _up_to_date(stored: Any, source: object) -> Any:
    try:
        return migrations.upgrade(stored)
    except ValueError as error:
        raise StorageError(
            f"{source} has {error}; this Fairground reads versions 1 to {SCHEMA_VERSION}. A newer one may read it."
        ) from None
