"""Absolute figures in words."""

from bench.estimate import Estimate
from bench.metrics import CALL_CPU, OVERHEAD_CPU
from bench.report import figures
from bench.store.results import Measurement


def test_what_a_framework_adds_has_a_sign_and_ends_that_can_be_told_apart() -> None:
    def added(value: float, low: float, high: float) -> str:
        seen = Measurement("flask", "json-in-process", OVERHEAD_CPU.id, Estimate(value, low, high), ())
        return figures.added(CALL_CPU, seen, 100.0)

    assert added(96.2, 94.1, 98.3) == "+96.2 [94.1-98.3]"
    assert added(-737, -1040, -434) == "-737 [-1,040 to -434]"
    assert added(1, -2, 4) == "+1 [-2 to 4]"
