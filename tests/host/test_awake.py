"""Waiting does not go on while the machine sleeps: an hour between two looks at the clock is a beat or two."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterable

import pytest

from bench.host import awake
from bench.host.awake import BEAT_S, Patience, alarm, ended


def at(*moments_s: float) -> Callable[[], float]:
    """A clock that is looked at at these moments."""
    return iter(moments_s).__next__


@pytest.mark.parametrize(
    ("moments_s", "left_s"),
    [
        ((100.0, 100.5), 9.5),
        ((100.0, 101.0, 102.0), 8.0),
        ((100.0, 101.0, 3701.0), 6.5),
        ((100.0, 3700.0, 7300.0, 7301.0), 4.0),
        ((100.0, *range(101, 112)), 0.0),
    ],
)
def test_what_passed_while_the_machine_slept_does_not_count(moments_s: Iterable[float], left_s: float) -> None:
    patience = Patience(10.0, at(*moments_s))
    *_, last = (patience.left_s() for _ in list(moments_s)[1:])
    assert last == pytest.approx(left_s)


def test_a_look_is_due_every_beat_and_sooner_at_the_end() -> None:
    patience = Patience(2.25, at(0.0, 1.0, 2.0, 2.25))
    assert [patience.beat_s() for _ in range(3)] == [BEAT_S, 0.25, 0.0]


def test_an_alarm_rings_once_and_says_so() -> None:
    rings: list[int] = []
    came = threading.Event()

    def ring() -> None:
        rings.append(1)
        came.set()

    with alarm(0.05, ring) as rung:
        assert came.wait(5)
        assert rung.is_set()
    assert rings == [1]


def test_an_alarm_is_off_when_its_context_ends() -> None:
    rings: list[int] = []
    before = set(threading.enumerate())
    with alarm(60.0, lambda: rings.append(1)) as rung:
        (waiting,) = set(threading.enumerate()) - before
    assert (rings, rung.is_set(), waiting.is_alive()) == ([], False, False)


def test_a_process_is_waited_for_as_long_as_patience_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = [sys.executable, "-c", "input()"]
    with subprocess.Popen(waits, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        monkeypatch.setattr(awake, "BEAT_S", 0.02)
        assert not ended(process, 0.05)
        assert process.stdin
        process.stdin.close()
        assert ended(process, 60.0)
