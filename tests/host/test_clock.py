"""A clock shows what processes cost, exactly where the system lets it, and wherever it is read."""

import os
import time

import pytest
from pydantic import TypeAdapter

from bench.host.clock import Clock, spent_ns
from tests.host.working import BUSY, IDLE, Start, gone


def _exact() -> bool:
    """Whether the clock of a process can be read by its number."""
    try:
        return time.clock_gettime_ns((~os.getpid() << 3) | 2) > 0
    except OSError:
        return False


def test_cpu_time_grows_for_who_works_and_not_for_who_rests(start: Start) -> None:
    busy, idle = start(BUSY), start(IDLE)
    time.sleep(0.05)
    before = Clock((busy,)).cpu_ns(), Clock((idle,)).cpu_ns()
    began = time.monotonic_ns()
    time.sleep(0.25)
    worked, rested = Clock((busy,)).cpu_ns() - before[0], Clock((idle,)).cpu_ns() - before[1]
    assert 10_000_000 < worked < (time.monotonic_ns() - began) * 1.1
    assert rested < 2_000_000


@pytest.mark.skipif(not _exact(), reason="this system does not show the clock of another process")
def test_cpu_time_is_told_in_less_than_a_tick_and_summed(start: Start) -> None:
    one, other = start(IDLE), start(IDLE)
    time.sleep(0.02)
    assert Clock((one, other)).cpu_ns() == Clock((one,)).cpu_ns() + Clock((other,)).cpu_ns()
    assert Clock((one, other)).cpu_ns() % 1_000_000 or Clock((one,)).cpu_ns() % 1_000_000


def test_cpu_time_without_the_clocks_of_other_processes(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on systems where they cannot be read."""
    busy = start(BUSY)
    time.sleep(0.1)
    exact = Clock((busy,)).cpu_ns()
    monkeypatch.delattr(time, "clock_gettime_ns", raising=False)
    assert Clock((busy,)).cpu_ns() == pytest.approx(exact, abs=100_000_000)
    assert Clock((gone(start),)).cpu_ns() is None


def test_of_whoever_is_gone_nothing_is_known(start: Start) -> None:
    here = start(IDLE)
    assert Clock((here, gone(start))).cpu_ns() is None
    assert Clock().cpu_ns() == 0
    assert spent_ns(5, 7) == 2
    assert spent_ns(None, 7) is spent_ns(5, None) is None


def test_a_clock_can_be_handed_to_another_process() -> None:
    kind = TypeAdapter(Clock)
    assert kind.validate_json(kind.dump_json(Clock((7, 8)))) == Clock((7, 8))
