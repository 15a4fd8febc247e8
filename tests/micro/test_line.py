"""A session is heard a line at a time, however its words come, and waited for as long as the machine is awake."""

import itertools
import socket
import threading
from collections.abc import Iterator

import pytest

from bench.host.awake import Patience
from bench.micro import line
from bench.micro.line import SessionLine

HOUR_S = 3600.0


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[SessionLine, socket.socket]]:
    """Our end of a line, where a beat is soon over, and the session's."""
    monkeypatch.setattr(line, "BEAT_S", 0.02)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield SessionLine(ours), theirs


def test_lines_are_heard_one_by_one_wherever_they_are_cut(ends: tuple[SessionLine, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall("flask\njson cpu\nöff".encode())
    assert [ours.hear(Patience(5)) for _ in range(2)] == ["flask", "json cpu"]
    theirs.sendall(b"line\n")
    assert ours.hear(Patience(5)) == "öffline"
    ours.say("go")
    assert theirs.recv(10) == b"go\n"


def test_one_that_has_hung_up_says_nothing(ends: tuple[SessionLine, socket.socket]) -> None:
    ours, theirs = ends
    theirs.close()
    assert ours.hear(Patience(5)) == ""
    with pytest.raises(BrokenPipeError):
        ours.say("go")


def test_silence_is_given_up(ends: tuple[SessionLine, socket.socket]) -> None:
    ours, _ = ends
    assert ours.hear(Patience(3.0, itertools.count().__next__)) is None


def test_a_session_is_not_late_because_the_machine_slept(ends: tuple[SessionLine, socket.socket]) -> None:
    """An hour passes on the clock at the first look, and a beat later the session goes on."""
    ours, theirs = ends
    moments_s = itertools.chain([0.0, HOUR_S], (HOUR_S + 0.02 * beat for beat in itertools.count(1)))
    waking = threading.Timer(0.06, theirs.sendall, [b"json cpu\n"])
    waking.start()
    assert ours.hear(Patience(30.0, moments_s.__next__)) == "json cpu"
    waking.join()
