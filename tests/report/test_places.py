"""In which order the rows of a table stand."""

from bench.metrics import CPU_PER_REQUEST, THROUGHPUT, Metric
from bench.report import places

FIGURES: dict[str, dict[str, float | None]] = {
    "quick with data": {"json": 100.0, "read-item": 60.0, "browse": 30.0},
    "quick without": {"json": 900.0, "read-item": 30.0, "browse": 20.0},
    "failed once": {"json": None, "read-item": 90.0, "browse": 90.0},
    "failed always": {"json": None, "read-item": None, "browse": None},
}


def order(metric: Metric, counting: set[str]) -> list[str]:
    return sorted(FIGURES, key=lambda name: places.place(FIGURES[name], counting, metric))


def test_what_counts_for_the_overall_ratio_decides() -> None:
    assert order(THROUGHPUT, {"read-item", "browse"})[:2] == ["quick with data", "quick without"]
    assert order(THROUGHPUT, {"json", "read-item", "browse"})[:2] == ["quick without", "quick with data"]


def test_less_is_better_where_it_is() -> None:
    assert order(CPU_PER_REQUEST, {"read-item", "browse"})[:2] == ["quick without", "quick with data"]


def test_who_failed_comes_last_whatever_its_other_figures() -> None:
    for metric in (THROUGHPUT, CPU_PER_REQUEST):
        assert order(metric, {"read-item", "browse"})[2:] == ["failed once", "failed always"]
