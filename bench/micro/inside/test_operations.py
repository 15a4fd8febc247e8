"""A pytest-benchmark session over every operation of one application. Runs in the app's environment.

What is timed is one call: a prepared environ copied, the application called, its answer joined and closed. Test clients
of the frameworks stay out: they would cost more than what is measured.
"""

import time
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import Any

import pytest
import subject

_BRIEF = subject.brief()
_TIMERS = {"wall": time.perf_counter, "cpu": time.process_time}


class Timed:
    """An operation under both clocks: a row that was deleted under one is not there under the other."""

    def __init__(self, name: str, serve: subject.Served) -> None:
        self._question = _BRIEF["questions"][name]
        self.ask, self._status = serve(self._question)

    @cached_property
    def first_answer(self) -> str:
        """The body of the first answer, which the suite checks against the contract."""
        body = subject.first(self.ask)
        self.check_status(body)
        return str(body, "latin-1")

    def check_status(self, body: bytes = b"") -> None:
        """The last answer had the status that the brief names."""
        assert self._status() == self._question["status"], body[:200]


@pytest.fixture(scope="session")
def operations() -> Iterator[Callable[[str], Timed]]:
    """Operations by name, of the application loaded once for the session as in a server's process."""
    with subject.served(subject.load(_BRIEF["application"]), _BRIEF["interface"]) as serve:
        yield cache(lambda name: Timed(name, serve))


@pytest.mark.parametrize("name", _BRIEF["questions"])
@pytest.mark.parametrize(
    "clock", [pytest.param(name, marks=pytest.mark.benchmark(timer=_TIMERS[name])) for name in _TIMERS]
)
def test_operation(benchmark: Any, operations: Callable[[str], Timed], name: str, clock: str) -> None:
    """Time one operation, after it was seen to answer with the status that the contract names."""
    operation = operations(name)
    with subject.stock(_BRIEF["questions"][name]["stock"]):
        benchmark.extra_info.update(operation=name, clock=clock, first_body=operation.first_answer)
        benchmark(operation.ask)
        operation.check_status()
