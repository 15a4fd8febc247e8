"""A pytest-benchmark session over every operation of one application. Runs in the app's environment.

What is timed is one call: a prepared environ copied, the application called, its answer joined and closed. Test clients
of the frameworks stay out: they would cost more than what is measured.
"""

import time
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import subject

_TOLD = subject.brief()
_TIMERS = {"wall": time.perf_counter, "cpu": time.process_time}


@cache
def application() -> Any:
    """The application, loaded once for the session as in a server's process."""
    return subject.load(_TOLD["application"])


@cache
def caller(operation: str) -> tuple[subject.Call, Callable[[], int]]:
    """One caller an operation for both clocks: a row that one clock deleted is not there for the other."""
    made: tuple[subject.Call, Callable[[], int]] = subject.caller(
        application(), _TOLD["interface"], _TOLD["questions"][operation]
    )
    return made


@cache
def first_answer(operation: str) -> str:
    """The body of the first answer, which the suite checks against the contract."""
    body = caller(operation)[0]()
    check_status(operation, body)
    return str(body, "utf-8", "replace")


def check_status(operation: str, body: bytes = b"") -> None:
    """The last answer had the status that the brief names."""
    assert caller(operation)[1]() == _TOLD["questions"][operation]["status"], body[:200]


@pytest.mark.parametrize("operation", _TOLD["questions"])
@pytest.mark.parametrize(
    "clock", [pytest.param(name, marks=pytest.mark.benchmark(timer=_TIMERS[name])) for name in _TIMERS]
)
def test_operation(benchmark: Any, operation: str, clock: str) -> None:
    """Time one operation, after it was seen to answer with the status that the contract names."""
    with subject.stock(_TOLD["questions"][operation]["stock"]):
        measure(benchmark, operation, clock)


def measure(benchmark: Any, operation: str, clock: str) -> None:
    """Time the operation, and look at the answers before and after."""
    benchmark.extra_info.update(operation=operation, clock=clock, first_body=first_answer(operation))
    benchmark(caller(operation)[0])
    check_status(operation)
