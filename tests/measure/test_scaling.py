"""The arithmetic behind docs/scaling.md."""

import pytest

from bench.statistics.estimates import CONFIDENCE, t_factor
from tests import builders
from tests.measure import scaling


def test_costs_are_those_of_all_rounds_and_cores_add_up() -> None:
    run = builders.run([builders.sut("wsgi")], builders.steady({"wsgi": 1000.0}, rounds=3))
    server_us, generator_us = scaling.costs_us(run, "wsgi", "read-item")
    assert server_us == pytest.approx(900.0, rel=0.01)
    assert generator_us == pytest.approx(400.0, rel=0.01)
    assert scaling.cores(1e6, 8.0) == pytest.approx(8.0)
    assert scaling.cores(1e6, 8.0, headroom=1.5) == pytest.approx(12.0)


def test_a_plan_grows_with_its_frameworks_databases_and_rounds() -> None:
    small, large = scaling.planned(2, ("sqlite",)), scaling.planned(40, ("sqlite", "postgresql", "mysql"))
    assert (len(small.suts), len(large.suts)) == (4, 240)
    one, two, three = (scaling.hours(small, rounds) for rounds in (10, 20, 30))
    assert two - one == pytest.approx(three - two)
    assert scaling.hours(large, 20) > 40 * two


def test_more_rounds_narrow_one_run_by_their_root_and_another_machine_hardly() -> None:
    assert scaling.here(27) / scaling.here(9) == pytest.approx(
        t_factor(27, CONFIDENCE) / t_factor(9, CONFIDENCE), rel=0.01
    )
    assert scaling.elsewhere(60, 5) > 0.9 * scaling.elsewhere(9, 5)
    assert scaling.elsewhere(9, 5) < 0.9 * scaling.elsewhere(9, 1)
