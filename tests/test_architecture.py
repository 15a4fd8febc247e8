"""Imports run one way, and rooms stay small."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bench.layout import APPS, ROOT

BENCH = ROOT / "bench"

LAYERS = (
    {"errors", "model", "layout"},
    # Pure, or about one file or process: they know nothing of what is measured.
    {"spec", "launch", "estimates", "processes", "guard", "launcher", "checkout", "pins", "scratch"},
    {"stats", "latency", "manifest", "results", "archive", "environments", "machine"},
    {"migrations", "capacity", "calls", "arrivals", "limits"},
    {"storage", "plan", "values", "change_points"},
    {"differences"},
    {"changes"},
    {"raw", "audit", "choices", "report", "against", "descriptions"},
    {"analysis", "exports", "history", "servers"},
    # The instruments.
    {"load"},
    {"micro", "crawl", "cells"},
    {"rounds", "in_process"},
    {"verification", "run", "serving", "exits"},
    {"progress"},
    {"session", "calibrate", "site"},
    {"cli"},
    {"__main__"},
)
"""A module or package imports from those above it only. This refines what DESIGN.md says, and holds it in place."""

RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
REPORT_MAY = {"errors", "model", "stats", "calls", "changes", "latency", "results", "storage"}
ONLY_THE_GENERATOR = {"locust", "gevent", "geventhttpclient", "zmq"}
LARGEST_LINES = 250


@cache
def sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; `from a import b` is told as both a and a.b."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(name: str) -> str | None:
    """Which part of bench a dotted name belongs to."""
    words = name.split(".")
    return words[1] if words[0] == "bench" and len(words) > 1 else None


@cache
def parts() -> dict[str, set[str]]:
    """What each part of bench imports from the others."""
    found: dict[str, set[str]] = {}
    for path in sources(BENCH):
        own = path.relative_to(BENCH).with_suffix("").parts[0]
        found.setdefault(own, set()).update({other for name in imported(path) if (other := part(name))} - {own})
    found.pop("__init__")
    return found


def test_every_part_has_its_place() -> None:
    missing = set(parts()) - set(RANK)
    assert not missing, f"say in LAYERS where {missing} belong"


@pytest.mark.parametrize("name", sorted(RANK))
def test_imports_run_one_way(name: str) -> None:
    wrong = {other for other in parts().get(name, set()) if RANK[other] >= RANK[name]}
    assert not wrong, f"bench.{name} must not import {wrong}"


def test_there_are_no_cycles_between_modules() -> None:
    modules = {".".join(("bench", *path.relative_to(BENCH).with_suffix("").parts)): path for path in sources(BENCH)}
    graph = {
        name: {each for each in imported(path) if each in modules and each != name} for name, path in modules.items()
    }
    while leaves := [name for name, others in graph.items() if not others]:
        for leaf in leaves:
            del graph[leaf]
        for others in graph.values():
            others.difference_update(leaves)
    assert graph == {}


def test_the_report_imports_nothing_that_measures() -> None:
    assert parts()["report"] <= REPORT_MAY


def test_only_the_generator_imports_what_patches_the_process() -> None:
    for path in sources(BENCH):
        found = {name.partition(".")[0] for name in imported(path)} & ONLY_THE_GENERATOR
        assert not found or path.is_relative_to(BENCH / "load"), f"{path} imports {found}"


def test_whoever_starts_the_generator_is_not_patched_by_it() -> None:
    """Not by way of anything that it imports either."""
    everything = (
        "bench.cli, bench.session, bench.serving, bench.verification, bench.calibrate.command, bench.micro.sessions"
    )
    code = f"import sys, {everything}; print({ONLY_THE_GENERATOR!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_bench_never_imports_an_app() -> None:
    own = {
        path.stem for folder in APPS.glob("*_app") for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()
    }
    frameworks = {"flask", "django", "cherrypy", "py4web", "web2py", "sqlalchemy", "pydal"}
    for path in sources(BENCH):
        # What runs inside an app's environment, on an app that it is told, is no import of one.
        found = {name.partition(".")[0] for name in imported(path)} & (frameworks | {"apps"} | (own - STDLIB))
        assert not found, f"{path} imports {found}"


STDLIB = set(sys.stdlib_module_names)


def test_no_app_imports_bench_or_another_app() -> None:
    for folder in APPS.glob("*_app"):
        for path in sources(folder):
            found = {name for name in imported_anyhow(path) if name.partition(".")[0] in ("bench", "apps", "tests")}
            assert not found, f"{path} imports {found}"


def imported_anyhow(path: Path) -> Iterator[str]:
    """As `imported`, but apps may import relatively."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def test_what_runs_in_an_apps_environment_imports_nothing_of_ours() -> None:
    for name in ("launcher.py", "guard.py"):
        assert not [each for each in imported(BENCH / name) if each.startswith("bench")]


@pytest.mark.parametrize("path", sources(BENCH), ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_are_small(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= LARGEST_LINES, f"{lines} lines: look for the second idea inside"


BANNED = {"score", "utils", "helper", "helpers", "manager", "misc"}


def test_names_mean_something() -> None:
    for path in (*sources(BENCH), *sources(APPS)):
        assert not BANNED & set(path.with_suffix("").name.split("_")), path
