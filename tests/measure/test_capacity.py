"""The capacity search."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure import capacity
from tests import builders

CELL = builders.cell("flask", "crud-mix", rps=500.0, response_p99_s=0.01)


@given(st.floats(10, 50_000), st.floats(0.25, 1.05))
def test_the_search_closes_in_on_the_highest_rate_that_is_carried(closed_rps: float, share: float) -> None:
    true = share * closed_rps
    search = capacity.begin(closed_rps)
    for _ in range(capacity.STEPS):
        search = search.after(carried=search.rate_rps <= true)
    assert search.carried_rps is not None
    assert search.carried_rps <= true < search.failed_rps
    assert search.failed_rps / search.carried_rps < 1.03


def test_a_server_that_carries_nothing_has_no_capacity() -> None:
    search = capacity.begin(1000.0)
    for _ in range(capacity.STEPS):
        search = search.after(carried=False)
    assert search.carried_rps is None


def test_a_rate_is_carried_within_the_objective_without_error_and_backlog() -> None:
    assert capacity.carried(CELL, 100.0, 0.05)
    assert not capacity.carried(replace(CELL, response_p99_s=0.06), 100.0, 0.05)
    assert not capacity.carried(replace(CELL, errors={"reset": 1}), 100.0, 0.05)
    assert not capacity.carried(replace(CELL, requests=0), 100.0, 0.05)


@pytest.mark.parametrize(("backlog", "fits"), [(0, True), (50, True), (51, False)])
def test_more_under_way_than_the_objective_allows_is_piling_up(backlog: int, fits: bool) -> None:
    assert capacity.carried(replace(CELL, backlog=backlog), 1000.0, 0.05) is fits
