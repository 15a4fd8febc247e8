"""Where commands print: what a terminal gets, and what a log."""

import io
import sys

import pytest

from bench.cli.console import console


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(params=[False, True], ids=["stdout", "stderr"])
def stream(request: pytest.FixtureRequest) -> str:
    return "stderr" if request.param else "stdout"


def printed(monkeypatch: pytest.MonkeyPatch, stream: str, onto: io.StringIO) -> tuple[bool, str]:
    """Whether it is taken for a terminal, and what a bold word comes to."""
    monkeypatch.setattr(sys, stream, onto)
    made = console(stderr=stream == "stderr")
    made.print("[bold]word[/bold] 12")
    return made.is_terminal, onto.getvalue()


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
