"""What is said while a session goes."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bench.cli import session
from bench.cli.progress import ProgressLine
from bench.cli.session import SessionFace
from bench.contract.violation import Violation
from bench.errors import StorageError
from bench.measure.progress import Progress
from bench.model import Sut
from bench.store.results import MicroRound, Run
from tests import builders

BAD = Violation("create-item", "POST /items", "201", "500 \x1b]0;pwned\x07")
FLASK, GUNICORN, WSGI = (
    Sut.of(builders.app(app), server)
    for app, server in (("flask", "granian"), ("flask", "gunicorn"), ("wsgi", "granian"))
)


def said(tell: Callable[[SessionFace], None], *, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=200, force_terminal=terminal, color_system=None)
    with ProgressLine(console) as line:
        tell(SessionFace(console, line))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs of which the report was drawn."""
    runs: list[Run] = []
    monkeypatch.setattr(session.faces, "write", lambda run, _: runs.append(run))
    return runs


def test_environments_that_were_made_are_named() -> None:
    assert said(lambda face: face.environment_made("flask")) == "Made the environment of flask.\n"


def test_it_is_said_what_is_verified() -> None:
    assert said(lambda face: face.verifying([FLASK, WSGI])) == "Verifying 2 apps against the contract ...\n"
    behind = said(lambda face: face.verifying([FLASK, GUNICORN, WSGI]))
    assert behind == "Verifying 2 apps against the contract, on the common server and their own ...\n"


def test_the_first_violations_are_shown_and_drive_no_terminal() -> None:
    shown = said(lambda face: face.violated(FLASK, [BAD] * 5))
    assert shown.count("flask: create-item") == 3
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_what_is_kept_is_said_and_drawn(drawn: list[Run]) -> None:
    partial = builders.run([builders.sut("flask")], builders.steady({"flask": 1000.0}, 2))
    shown = said(lambda face: face.kept(partial, Path("/kept")))
    assert shown == f"2 rounds kept in /kept; go on with: python -m bench run --resume {partial.run.id}\n"
    assert drawn == [partial]
    both = replace(partial, micro=(MicroRound(1, "flask", {}),))
    assert "2 rounds and 1 round in process kept in" in said(lambda face: face.kept(both, Path("/kept")))


def test_a_disk_too_full_for_the_report_is_left_to_whoever_ended_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageError("report.md cannot be written")

    monkeypatch.setattr(session.faces, "write", full)
    partial = builders.run([builders.sut("flask")], builders.steady({"flask": 1000.0}, 1))
    assert said(lambda face: face.kept(partial, Path("/kept"))).startswith("1 round kept in /kept")


def test_nothing_of_the_progress_is_left_where_a_run_ends(drawn: list[Run]) -> None:
    def ends(face: SessionFace) -> None:
        face.progress(Progress("read-item", 1, 3, 1.0, 2.0))
        face.nothing_kept()

    assert said(ends) == "Round 1 of 3; about 0:02 left\nNothing had been measured yet.\n"
    shown = said(ends, terminal=True)
    assert shown.index("\x1b[?25h") < shown.index("Nothing had been measured yet.")
