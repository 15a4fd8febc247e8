"""What a run says of its crawls: estimates, ratios, a noise floor, and the crawler's own ceiling."""

import pytest

from bench.analysis import audit, derive
from bench.estimate import Verdict
from bench.metrics import (
    CRAWL_BYTES,
    CRAWL_ITEMS,
    CRAWL_OWN_CPU,
    CRAWL_PAGES,
    CRAWL_SERVER_CPU,
    CRAWL_TIME,
    MEMORY_PEAK,
)
from bench.model import CRAWL, STATIC, TWIN, Failure
from bench.store.results import Run
from tests import builders
from tests.builders import CRAWLED, crawled, one_round

SPREAD = (0.99, 1.0, 1.01)


def run(flask_rps: float = 300.0, static_rps: float | None = 600.0) -> Run:
    rounds = []
    for number, factor in enumerate(SPREAD, 1):
        cells = [crawled("wsgi", 550 * factor, 100), crawled(TWIN, 551 * factor, 100)]
        cells.append(crawled("flask", flask_rps * factor, 300 / factor))
        cells += [crawled(STATIC, static_rps * factor, 20)] if static_rps else []
        rounds.append(one_round(number, cells, twin_of="wsgi"))
    done = builders.run((builders.sut("wsgi"), builders.sut("flask")), rounds, (CRAWLED,))
    return derive.derive(done, lambda *_: None)


def test_the_figures_of_a_crawl() -> None:
    values = {
        measurement.metric: measurement.estimate.value
        for measurement in run().measurements
        if (measurement.sut, measurement.workload) == ("flask", CRAWL)
    }
    assert values == {
        CRAWL_PAGES.id: pytest.approx(300, rel=0.001),
        CRAWL_ITEMS.id: pytest.approx(300 * 400 / 420, rel=0.001),
        CRAWL_SERVER_CPU.id: pytest.approx(300, rel=0.001),
        CRAWL_OWN_CPU.id: pytest.approx(1500),
        CRAWL_TIME.id: pytest.approx(1.4, rel=0.001),
        CRAWL_BYTES.id: pytest.approx(600),
    }


def test_twin_and_copy_are_neither_measured_nor_compared() -> None:
    done = run()
    assert {measurement.sut for measurement in done.measurements} == {"wsgi", "flask"}
    assert {(comparison.sut, comparison.baseline) for comparison in done.comparisons} == {("flask", "wsgi")}
    assert {measurement.metric for measurement in done.measurements if measurement.workload is None} >= {MEMORY_PEAK.id}


def test_the_twin_gives_a_crawl_a_noise_floor_of_its_own() -> None:
    (floor,) = [noise_floor for noise_floor in run().noise if noise_floor.metric == CRAWL_PAGES.id]
    assert floor.kind == "crawl"
    assert floor.estimate.value == pytest.approx(1 / 550, rel=0.01)


def test_the_servers_cpu_is_what_is_compared() -> None:
    (cpu,) = [comparison for comparison in run().comparisons if comparison.metric == CRAWL_SERVER_CPU.id]
    assert cpu.here.value == pytest.approx(3, rel=0.001)
    assert cpu.verdict is Verdict.SLOWER


@pytest.mark.parametrize(
    ("flask_rps", "static_rps", "at_least"),
    [(300.0, 600.0, False), (399.0, 600.0, False), (401.0, 600.0, True), (600.0, 600.0, True), (10.0, None, True)],
)
def test_what_is_near_the_crawlers_ceiling_is_a_lower_bound(
    flask_rps: float, static_rps: float | None, at_least: bool
) -> None:
    done = run(flask_rps, static_rps)
    bounds = {
        measurement.metric: measurement.at_least for measurement in done.measurements if measurement.sut == "flask"
    }
    assert bounds[CRAWL_PAGES.id] is at_least
    assert not bounds[CRAWL_SERVER_CPU.id]


def test_a_crawl_that_went_wrong_is_no_measurement() -> None:
    assert audit.crawl_failure(crawled("flask"), None) is None
    dropped = audit.crawl_failure(crawled("flask"), "status 500, 2 x")
    assert dropped == Failure("flask", CRAWL, "status 500, 2 x")
    assert audit.crawl_failure(crawled("flask", requests=0), None) == Failure("flask", CRAWL, "no page was crawled")
    assert audit.crawl_failure(crawled("flask", cpu_ns=0), None) is not None
