"""Where commands print: what a terminal gets, and what a log."""

import io
import sys
from pathlib import Path

import pytest

from bench.cli import console as consoles
from bench.cli.console import console
from bench.errors import SetupError
from bench.model import App
from bench.suts import environments
from tests import builders


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(params=[False, True], ids=["stdout", "stderr"])
def stream(request: pytest.FixtureRequest) -> str:
    return "stderr" if request.param else "stdout"


def printed(monkeypatch: pytest.MonkeyPatch, stream: str, onto: io.StringIO) -> tuple[bool, str]:
    """Whether it is taken for a terminal, and what a bold word comes to."""
    monkeypatch.setattr(sys, stream, onto)
    built = console(stderr=stream == "stderr")
    built.print("[bold]word[/bold] 12")
    return built.is_terminal, onto.getvalue()


def test_a_log_is_plain(monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    assert printed(monkeypatch, stream, io.StringIO()) == (False, "word 12\n")


def test_a_log_with_colours_is_still_a_log(monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert printed(monkeypatch, stream, io.StringIO()) == (False, "\x1b[1mword\x1b[0m 12\n")


@pytest.mark.parametrize("forced", ["", "1"])
def test_a_terminal_is_one(monkeypatch: pytest.MonkeyPatch, stream: str, forced: str) -> None:
    monkeypatch.setenv("TERM", "xterm")
    if forced:
        monkeypatch.setenv("FORCE_COLOR", forced)
    assert printed(monkeypatch, stream, Screen()) == (True, "\x1b[1mword\x1b[0m 12\n")


def test_a_closed_stream_takes_nothing_and_breaks_nothing(monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys, stream, None)
    console(stderr=stream == "stderr").print("word")


def test_who_cannot_be_made_ready_is_left_out_and_the_others_are_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def ensure(app: App, _: Path) -> bool:
        if app.name == "odd":
            raise SetupError("The environment of odd could not be made (uv pip install): no such version.")
        return True

    monkeypatch.setattr(environments, "ensure", ensure)
    monkeypatch.setattr(environments.packages, "check", lambda *_: None)
    monkeypatch.setattr(consoles, "ERR", console(stderr=True))
    one, odd = builders.app("one"), builders.app("odd")
    left_out = consoles.LeftOut()
    here = builders.workspace(tmp_path)
    assert consoles.prepare((odd, one), here, left_out) == (one,)
    assert left_out.code == 1
    assert capsys.readouterr().err.splitlines() == [
        "Left out: The environment of odd could not be made (uv pip install): no such version.",
        "Made the environment of one.",
    ]
    with pytest.raises(SetupError):
        consoles.prepare((odd,), here, left_out)
