"""A pytest-benchmark session over every operation of one application. Runs in the app's environment.

The session takes turns with those of the other applications, so that a drift of the machine affects all alike. One call
is timed: a prepared environ is copied, the application called, its answer joined and closed. The test clients of the
frameworks are not used: they cost more than the call.
"""

import time
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from math import ceil
from typing import Any

import pytest
import subject
from turn_taking import STEP_OVER, Queue, between

_BRIEF = subject.brief()
_TURN_S: float = _BRIEF["turn_s"]
_REQUESTS: int = _BRIEF["requests"]
_TIMERS = {"cpu": time.process_time, "wall": time.perf_counter}


class Timed:
    """An operation under both clocks."""

    def __init__(self, name: str, serve: subject.Served) -> None:
        self._question = _BRIEF["questions"][name]
        self.ask, self._status = serve(self._question)

    @cached_property
    def first_answer(self) -> str:
        """The body of the first answer, which the suite checks against the contract."""
        body = subject.first(self.ask)
        self.check_status(body)
        return str(body, "latin-1")

    @cached_property
    def calls_a_turn(self) -> int:
        """The number of calls that fill a turn; finding it out warms the application up."""
        for _ in range(_REQUESTS):
            self.ask()
        until, calls = time.perf_counter() + _TURN_S, 0
        while time.perf_counter() < until and calls < _BRIEF["most_calls"]:
            self.ask()
            calls += 1
        return max(calls, 1)

    def check_status(self, body: bytes = b"") -> None:
        """Check that the last answer had the status that the brief names."""
        assert self._status() == self._question["status"], body[:200]


@pytest.fixture(scope="session")
def operations() -> Iterator[Callable[[str], Timed]]:
    """Operations by name, of the application, which is loaded once for the session as in a server's process."""
    with subject.served(subject.load(_BRIEF["application"]), _BRIEF["interface"]) as serve:
        yield cache(lambda name: Timed(name, serve))


@pytest.fixture(scope="session")
def line() -> Iterator[Queue]:
    """The line over which turns are given; at the end all sessions leave together."""
    line = Queue(*_BRIEF["turns_at"])
    yield line
    line.wait(STEP_OVER)


@pytest.mark.parametrize(
    "clock", [pytest.param(name, marks=pytest.mark.benchmark(timer=_TIMERS[name])) for name in _TIMERS]
)
@pytest.mark.parametrize("name", _BRIEF["questions"])
def test_operation(benchmark: Any, operations: Callable[[str], Timed], line: Queue, name: str, clock: str) -> None:
    """Time one operation, after a first answer with the status that the contract names."""
    operation, step = operations(name), f"{name} {clock}"
    line.wait(step)
    first = operation.first_answer
    benchmark.extra_info.update(operation=name, clock=clock, first_body=first, requests=_REQUESTS)
    turns = _BRIEF["turns"][clock]
    calls = max(operation.calls_a_turn, ceil(_REQUESTS / turns))  # each request once at least
    benchmark.pedantic(operation.ask, setup=between(line, step, calls), rounds=calls * turns)
    operation.check_status()
