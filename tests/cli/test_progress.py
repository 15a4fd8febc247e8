"""Progress: one line a round in a log, one living line on a terminal, and nothing left of it afterwards."""

import io

import pytest
from rich.console import Console

from bench.cli.progress import ProgressLine
from bench.measure.progress import Progress

STEPS = [
    Progress("starting flask", 1, 3, 0.0, 187.0),
    Progress("read-item", 1, 3, 20.0, 167.0),
    Progress("starting flask", 2, 3, 62.0, 125.0),
    Progress("crud-mix", 2, 4, 80.0, 107.0),
    Progress("flask", 2, 3, 150.0, 30.0, in_process=True),
]


def shown(*, terminal: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=terminal, color_system=None, highlight=False)
    with ProgressLine(console) as line:
        for step in STEPS:
            line(step)
    return out.getvalue()


def test_a_log_gets_one_line_a_round() -> None:
    assert shown(terminal=False).splitlines() == [
        "Round 1 of 3; about 3:07 left",
        "Round 2 of 3; about 2:05 left",
        "In process, round 2 of 3; about 0:30 left",
    ]


def test_a_terminal_gets_every_step() -> None:
    said = shown(terminal=True)
    for words in (
        "0% 3:07 left",
        "11% 2:47 left",
        "round 1 of 3: read-item",
        "round 2 of 4: crud-mix",
        "43% 1:47 left",
        "in process, round 2 of 3: flask",
    ):
        assert words in said


def test_the_cursor_comes_back_after_an_interruption() -> None:
    out = io.StringIO()
    with pytest.raises(KeyboardInterrupt), ProgressLine(Console(file=out, force_terminal=True)) as line:
        line(STEPS[0])
        raise KeyboardInterrupt
    assert out.getvalue().rfind("\x1b[?25h") > out.getvalue().rfind("\x1b[?25l") >= 0


def test_nothing_to_do_is_no_division_by_nothing() -> None:
    out = io.StringIO()
    with ProgressLine(Console(file=out, force_terminal=True, width=100)) as line:
        line(Progress("starting", 1, 1, 0.0, 0.0))
    assert "0:00 left" in out.getvalue()
