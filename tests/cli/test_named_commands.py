"""What a sentence of ours tells a user to type: it exists, and works in the state in which the sentence is said."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bench.workspace import ROOT
from tests.commands import Command
from tests.test_docs import known_options, recipes

BENCH, TESTS = ROOT / "bench", ROOT / "tests"
_NAMED = re.compile(r"(?:python -m bench|(?<![\w-])make) [a-z][a-z-]*(?: (?:--[a-z][a-z-]*|[{][}]))*")
_PROSE = ("make up", "make bench measures", "make two", "make one", "make it", "make sense", "make of")

SESSION = "tests/measure/test_session.py"
JOINING = "tests/test_end_to_end.py::test_load_comes_from_generators_that_join_and_these_end_with_the_run"
AGENT = "tests/faults/test_agents.py::test_a_run_whose_servers_an_agent_starts_is_whole_and_says_so"
TRIED = {
    "make bench": "tests/test_makefile.py",
    "make fuzz": "tests/test_makefile.py",
    "make against": "tests/cli/test_compare.py",
    "make combine": "tests/cli/test_combining.py",
    "make setup": "tests/test_makefile.py",
    "make valgrind": "tests/test_makefile.py",
    "python -m bench agent": AGENT,
    "python -m bench generator --join {}": JOINING,
    "python -m bench list": "tests/cli/test_commands.py::test_everything_is_listed_for_people",
    "python -m bench lock {}": "tests/cli/test_commands.py::test_an_app_without_pins_gets_them_and_no_others_move",
    "python -m bench report {}": "tests/faults/test_runs.py::test_a_disk_too_full_for_the_report_loses_no_run",
    "python -m bench run --agent {}": AGENT,
    "python -m bench run --resume {}": "tests/faults/test_runs.py::test_a_generator_that_is_killed_ends_the_run",
    "python -m bench serve {} --server {}": "tests/test_interruptions.py::test_an_app_is_served_until_somebody_ends_it",
    "python -m bench verify {}": f"{SESSION}::test_a_broken_app_is_refused_with_its_first_violations",
}
"""Each command that a sentence names, and where it is tried in that state."""


def sentences(path: Path) -> Iterator[str]:
    """The texts in a module that somebody may be shown: all but docstrings, with `{}` for what is filled in."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    docs = {id(node.value) for node in nodes}
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (docs | inner):
            yield node.value


@cache
def named() -> frozenset[str]:
    """The commands that they name."""
    texts = (text for path in BENCH.rglob("*.py") for text in sentences(path))
    return frozenset(match for text in texts for match in _NAMED.findall(text) if match not in _PROSE)


def test_every_command_that_a_sentence_names_is_tried() -> None:
    assert named() == TRIED.keys()


@pytest.mark.parametrize("place", sorted(set(TRIED.values())))
def test_where_it_is_tried_is_there(place: str) -> None:
    file, _, test = place.partition("::")
    assert f"def {test}" in (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("command", TRIED)
def test_it_exists_with_its_options(command: str, bench: Command) -> None:
    program, name, options = re.fullmatch(r"(python -m bench|make) ([a-z-]+)(.*)", command).groups()  # type: ignore[union-attr]
    if program == "make":
        assert name in recipes()
    else:
        assert set(re.findall(r"--[a-z-]+", options)) <= known_options(bench, name)
