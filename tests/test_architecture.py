"""Imports run one way, and rooms stay small."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bench.cli import COMMANDS
from bench.host.protocol import LOOPBACK
from bench.workspace import ROOT

BENCH, APPS = ROOT / "bench", ROOT / "apps"

ROWS = (
    {"statistics", "contract", "host"},
    {"databases", "store"},
    {"suts"},
    {"load", "micro", "crawl", "fuzz", "analysis"},
    {"measure", "report"},
    {"site", "calibrate"},
    {"cli"},
)
"""The rooms. One imports from the rows above its own and from the hall, which is what stands beside the rooms."""

RANK = {room: rank for rank, row in enumerate(ROWS) for room in row}
REPORT_MAY = {"statistics", "store", "analysis"}
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


def room(name: str) -> str | None:
    """The room of bench that a dotted name belongs to; None for the hall, and for what is not ours."""
    words = name.split(".")
    return words[1] if words[0] == "bench" and len(words) > 1 and (BENCH / words[1]).is_dir() else None


@cache
def rooms() -> dict[str, set[str]]:
    """What each room of bench imports from the others."""
    imports: dict[str, set[str]] = {}
    for folder in (path for path in BENCH.iterdir() if (path / "__init__.py").is_file()):
        names = {name for path in sources(folder) for name in imported(path)}
        imports[folder.name] = {other for name in names if (other := room(name))} - {folder.name}
    return imports


@pytest.mark.parametrize("name", sorted(RANK))
def test_imports_run_one_way(name: str) -> None:
    wrong = {other for other in rooms().get(name, set()) if RANK[other] >= RANK[name]}
    assert not wrong, f"bench.{name} must not import {wrong}"


def test_every_room_has_its_place() -> None:
    assert set(rooms()) <= set(RANK), "say in ROWS where a new room belongs"


def test_the_hall_imports_no_room() -> None:
    for path in BENCH.glob("*.py"):
        names = {other for name in imported(path) if (other := room(name))}
        assert not names or path.name == "__main__.py", f"{path} imports {names}"


def test_a_name_is_of_one_class() -> None:
    classes = [
        node.name
        for path in sources(BENCH)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert sorted(set(classes)) == sorted(classes)


def test_there_are_no_cycles_between_modules() -> None:
    modules = {".".join(("bench", *path.relative_to(BENCH).with_suffix("").parts)): path for path in sources(BENCH)}
    graph = {
        name: {module for module in imported(path) if module in modules and module != name}
        for name, path in modules.items()
    }
    while leaves := [name for name, others in graph.items() if not others]:
        for leaf in leaves:
            del graph[leaf]
        for others in graph.values():
            others.difference_update(leaves)
    assert graph == {}


def test_the_report_imports_nothing_that_measures() -> None:
    assert rooms()["report"] <= REPORT_MAY


def test_only_the_generator_imports_what_patches_the_process() -> None:
    for path in sources(BENCH):
        names = {name.partition(".")[0] for name in imported(path)} & ONLY_THE_GENERATOR
        assert not names or path.is_relative_to(BENCH / "load"), f"{path} imports {names}"


def test_only_the_engine_imports_its_driver() -> None:
    drivers = {"sqlite3", "psycopg", "psycopg2", "asyncpg", "pymysql", "MySQLdb"}
    importing = {path.relative_to(BENCH).as_posix() for path in sources(BENCH) if drivers & set(imported(path))}
    assert importing
    assert all(path.startswith("databases/") for path in importing)


def test_only_the_host_asks_the_machine() -> None:
    """The generator sets the limits of its own process, and what runs in an app's environment imports nothing of ours.

    What measures has its times from the host too: those of a fake one are exact.
    """
    modules, calls = {"psutil", "platform", "resource"}, ("which(", ".cpu_count(", "getloadavg", "perf_counter")
    elsewhere = {path for path in sources(BENCH) if path.relative_to(BENCH).parts[0] not in ("host", "load")}
    for path in (path for path in elsewhere if "inside" not in path.parts):
        assert not modules & set(imported(path)), path
        text = path.read_text("utf-8").replace("host.cpu_count(", "")
        assert not [call for call in calls if call in text], path


def test_whoever_starts_the_generator_is_not_patched_by_it() -> None:
    """Not by way of anything that it imports either."""
    everything = ", ".join(sorted({place.partition(":")[0] for place, _ in COMMANDS.values()}))
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
        names = {name.partition(".")[0] for name in imported(path)} & (frameworks | {"apps"} | (own - STDLIB))
        assert not names, f"{path} imports {names}"


STDLIB = set(sys.stdlib_module_names)


def test_no_app_imports_bench_or_another_app() -> None:
    for folder in APPS.glob("*_app"):
        for path in sources(folder):
            names = {name for name in imported_anyhow(path) if name.partition(".")[0] in ("bench", "apps", "tests")}
            assert not names, f"{path} imports {names}"


def imported_anyhow(path: Path) -> Iterator[str]:
    """As `imported`, but apps may import relatively."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def test_what_runs_in_an_apps_environment_imports_nothing_of_ours() -> None:
    inside = (path for room in ("databases", "micro", "crawl", "fuzz") for path in sources(BENCH / room / "inside"))
    for path in (BENCH / "suts/launcher.py", BENCH / "host/guard.py", BENCH / "host/receiver.py", *inside):
        assert not [module for module in imported(path) if module.startswith("bench")], path


@pytest.mark.parametrize("path", sources(BENCH), ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_are_small(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= LARGEST_LINES, f"{lines} lines: look for the second idea inside"


LARGEST_BODY_LINES = 40


def test_functions_are_short() -> None:
    """Lines of code, of those that a function has behind its signature and its docstring."""
    for path in sources(BENCH):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0]
                lines = (node.end_lineno or 0) - first.lineno + 1
                assert lines <= LARGEST_BODY_LINES, f"{path}: {node.name} has {lines} lines"


REPLIES = {
    "__main__.py",
    "load/__main__.py",
    "load/fasthttp.py",
    "load/page.py",
    "load/worker.py",
    "crawl/inside/catalog/__main__.py",
    "host/neighbours.py",
    "host/receiver.py",
    "suts/upstream_service.py",
}
"""Processes of their own, whose standard output is their reply; and the one that cannot even import what prints."""


def printed(path: Path) -> Iterator[str]:
    """The calls of a file that write to the standard streams."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in ("print", "Console", "rich.print") or name.startswith(("click.echo", "click.secho", "sys.std")):
                yield name


def test_only_cli_prints() -> None:
    """What draws for a terminal writes to a console that it is handed."""
    printing = {path.relative_to(BENCH).as_posix() for path in sources(BENCH) if set(printed(path))}
    assert {name for name in printing if not name.startswith("cli/")} == REPLIES


BANNED = {"score", "utils", "helper", "helpers", "manager", "misc"}


def test_names_mean_something() -> None:
    for path in (*sources(BENCH), *sources(APPS)):
        assert not BANNED & set(path.with_suffix("").name.split("_")), path


def test_the_address_of_servers_is_written_once() -> None:
    """What runs in an app's environment imports nothing of ours, and so has it for itself."""
    paths = [path for path in sources(BENCH) if "inside" not in path.parts]
    assert [path.name for path in paths if LOOPBACK in path.read_text("utf-8")] == ["protocol.py"]
