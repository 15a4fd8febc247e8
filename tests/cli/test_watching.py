"""`bench new-app` and `bench verify --watch` as they are seen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.contract.violation import Violation
from bench.measure import watching
from bench.measure.watching import Look
from tests import builders
from tests.commands import Command, sentence

BAD = Violation("browse", "GET /catalog", "Catalog as the <h1>", "[]")


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Look]:
    """What is seen, one after the other."""
    seen: list[Look] = []

    def look(*_: Any) -> Iterator[Look]:
        return iter(seen)

    monkeypatch.setattr(watching, "looks", look)
    return seen


def test_a_new_app_is_written_and_what_is_left_is_listed(bench: Command, tmp_path: Path) -> None:
    here = builders.workspace(tmp_path)
    here.apps.mkdir()
    done = bench("new-app", "bottle_app", "--interface", "asgi", within=here)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(
        "Wrote apps/bottle_app, which answers /plaintext and /json without a framework.\n\n# What"
    )
    assert "\n10. `app.toml`" in done.out
    assert (here.apps / "bottle_app" / "TODO.md").is_file()
    assert "is there already" in sentence(bench("new-app", "bottle", within=here))


def test_a_clause_is_a_line_each_time_that_it_changes(bench: Command, looks: list[Look]) -> None:
    looks += [
        Look({"json": "kept", "browse": "broken", "view-item": "open"}, (BAD,)),
        Look({}, trouble="flask on granian died."),
        Look({"json": "kept", "browse": "kept", "view-item": "kept"}),
    ]
    done = bench("verify", "flask", "--watch")
    waiting = "Looking again when a file below apps/flask_app changes; Ctrl-C ends."
    assert done.code == 0
    assert [line for line in done.out.splitlines() if line] == [
        "✓ json",
        "✗ browse",
        "browse: 1 violation",
        "  request   GET /catalog",
        "  expected  Catalog as the <h1>",
        "  got       []",
        "1 of 3 clauses kept; 1 cannot be looked at before others are.",
        waiting,
        "✗ flask on granian died.",
        waiting,
        "✓ browse",
        "✓ view-item",
        "3 of 3 clauses kept.",
        "✓ flask keeps all of this",
    ]


@pytest.mark.parametrize("arguments", [("flask", "django"), ("--all",), ("flask", "--json"), ("flask", "--crawl")])
def test_one_app_is_watched_and_nothing_else(bench: Command, looks: list[Look], arguments: tuple[str, ...]) -> None:
    assert sentence(bench("verify", *arguments, "--watch")).startswith("--watch looks at one app")
