"""Looking at an app over and over: what changes between two looks, and what is shown first. Checks are fakes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bench.contract.verify import in_order
from bench.contract.violation import Violation
from bench.errors import ServerError, UsageError
from bench.measure import verification, watching
from bench.measure.watching import Look
from bench.model import App
from bench.suts import environments, scaffold
from tests import builders

ONLY = ("json", "create-item", "update-item")


def broken(clause: str) -> Violation:
    return Violation(clause, "GET /", "x", "y")


@dataclass
class Checker:
    """Finds what it is told to, and hears what it was asked to look for."""

    violations: list[Violation] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    dies: str = ""
    asked: list[Any] = field(default_factory=list)

    def verify_suts(
        self, suts: Any, workspace: Any, report: Any, *, only: Any, gave_up: Callable[[str], None]
    ) -> dict[str, list[Violation]]:
        self.asked.append(tuple(only))
        if self.dies:
            raise ServerError(self.dies)
        for clause in self.given_up:
            gave_up(clause)
        return {suts[0].id: self.violations}


@pytest.fixture
def app(tmp_path: Path) -> App:
    (tmp_path / "apps").mkdir()
    return scaffold.new("bottle", "wsgi", tmp_path / "apps")


@pytest.fixture
def checker(monkeypatch: pytest.MonkeyPatch) -> Checker:
    checker = Checker()
    monkeypatch.setattr(verification, "verify_suts", checker.verify_suts)
    monkeypatch.setattr(environments, "prepare", lambda *_: iter(()))
    monkeypatch.setattr(watching, "_LOOK_S", 0.001)
    return checker


@pytest.fixture
def looks(app: App, checker: Checker, tmp_path: Path) -> Iterator[Look]:
    return watching.looks(app, "granian", builders.workspace(tmp_path), ONLY)


def test_an_app_is_looked_at_after_each_change_until_nothing_is_left(
    app: App, checker: Checker, looks: Iterator[Look]
) -> None:
    checker.violations, checker.given_up = [broken("create-item")], ["update-item"]
    first = next(looks)
    assert first.states == {"json": "kept", "create-item": "broken", "update-item": "open"}
    (app.folder / "shop.py").write_text("better")
    checker.violations, checker.given_up = [broken("update-item")], []
    assert next(looks).states == {"json": "kept", "create-item": "kept", "update-item": "broken"}
    (app.folder / "new.py").write_text("good")
    checker.violations = []
    last = next(looks)
    assert (last.complete, last.count("kept")) == (True, 3)
    assert next(looks, None) is None


def test_what_keeps_an_app_from_being_served_is_a_look_too(app: App, checker: Checker, looks: Iterator[Look]) -> None:
    checker.dies = "bottle on granian died."
    assert next(looks).trouble == "bottle on granian died."
    (app.folder / "app.toml").write_text("label = 5")
    assert "the key 'label' is wrong" in next(looks).trouble
    assert checker.asked == [tuple(clause for clause in in_order() if clause in ONLY)]


def test_clauses_that_the_manifest_excepts_are_not_looked_at(app: App, checker: Checker, tmp_path: Path) -> None:
    with (app.folder / "app.toml").open("a") as manifest:
        manifest.write('hardening = "not yet"\n')
    look = next(watching.looks(app, "granian", builders.workspace(tmp_path)))
    assert "huge-id" not in look.states
    assert look.complete


def test_optional_clauses_are_looked_at_where_the_manifest_names_their_group(
    app: App, checker: Checker, tmp_path: Path
) -> None:
    here = builders.workspace(tmp_path)
    assert "check-order" not in next(watching.looks(app, "granian", here)).states
    asked = watching.looks(app, "granian", here, ("check-order",))
    assert next(asked).trouble == "The app's manifest leaves out all that is asked for here."
    path = app.folder / "app.toml"
    path.write_text(path.read_text("utf-8").replace("groups = []", 'groups = ["validation"]'), "utf-8")
    assert next(asked).states == {"check-order": "kept"}


def test_an_unknown_clause_is_refused(app: App, checker: Checker, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no clause nope"):
        next(watching.looks(app, "granian", builders.workspace(tmp_path), ("nope",)))


def test_shown_first_is_what_was_lost_then_what_others_rest_on_then_the_first() -> None:
    violations = tuple(map(broken, ("head", "create-item", "browse")))
    look = Look({"head": "broken", "create-item": "broken", "browse": "broken", "json": "kept"}, violations)
    assert look.worst(None) == (broken("create-item"),)
    assert look.worst(Look({"browse": "kept"})) == (broken("browse"),)
    assert Look({"head": "broken", "browse": "broken"}, violations).worst(None) == (broken("head"),)
    assert Look({"json": "kept"}).worst(None) == ()
