"""What a figure means: the server's limit, the generator's, or a queue that grows."""

from dataclasses import replace
from typing import Any

import pytest

from bench.analysis import limits
from bench.store.results import Cell
from tests.builders import READ, READ_OPEN, cell, one_round

OPEN = {"requests": 500, "response_p50_s": 0.1, "lag_p99_s": 0.0001}


@pytest.mark.parametrize(
    ("deciles", "share"),
    [
        ([], None),
        ([()], None),
        ([(60.0, 61.0, 62.0)], 0.0),
        ([(60.0, 61.0, 99.0), (95.0, 97.0, 99.0)], 4 / 6),
        ([(), (60.0, 99.0)], 0.5),
    ],
)
def test_neighbours_slow_a_loop_down_against_its_quickest_in_the_run(
    deciles: list[tuple[float, ...]], share: float | None
) -> None:
    rounds = [one_round(number, [], loop_us=loop_us) for number, loop_us in enumerate(deciles, 1)]
    assert limits.disturbed_share(rounds) == share


def arrivals(**change: list[Any]) -> list[Cell]:
    """Cells of an open loop, one for each of a field's values."""
    ((name, values),) = change.items()
    return [cell("flask", READ_OPEN.id, **OPEN | {name: value}) for value in values]


def test_the_generators_share_is_of_the_time_under_load_over_all_rounds() -> None:
    cells = [cell("flask", busy_s=busy_s, generator_cpu_ns=900_000_000) for busy_s in (1.0, 3.0)]
    assert not limits.held_down(cells), "1.8 s of 4 s"
    assert limits.held_down(cells[:1])


@pytest.mark.parametrize(("cpu_us", "limited"), [(951.0, False), (949.0, True)])
def test_a_generator_below_a_ceiling_of_half_as_much_again_is_cleared_by_a_busy_server(
    cpu_us: float, limited: bool
) -> None:
    assert limits.held_down([cell("flask", cpu_us=cpu_us, generator_cpu_ns=700_000_000)]) == limited


def test_what_piles_up_in_most_rounds_has_too_high_a_rate() -> None:
    swamped = arrivals(backlog=[64, 2, 33])
    assert limits.piled_up(READ_OPEN, swamped)
    assert not limits.piled_up(READ_OPEN, arrivals(backlog=[1, 64, 2])), "stalled once"
    assert not limits.piled_up(READ_OPEN, arrivals(backlog=[32, 32, 32])), "calm"
    assert not limits.piled_up(READ, swamped), "in a closed loop nothing piles up"


@pytest.mark.parametrize(
    ("percentile", "response", "service"),
    [
        (0.5, "response_p50_s", "service_p50_s"),
        (0.9, "response_p90_s", "service_p90_s"),
        (0.99, "response_p99_s", "service_p99_s"),
    ],
)
def test_lateness_shows_in_a_percentile_where_it_can_have_added_a_tenth_to_it(
    percentile: float, response: str, service: str
) -> None:
    def late(*services_s: float | None) -> list[Cell]:
        prompt = dict.fromkeys(("service_p50_s", "service_p90_s", "service_p99_s"), 0.1)
        prompt |= dict.fromkeys(("response_p50_s", "response_p90_s", "response_p99_s"), 0.1)
        return [cell("flask", READ_OPEN.id, **OPEN | prompt | {response: 0.1, service: one}) for one in services_s]

    assert limits.sent_late(READ_OPEN, late(0.089, 0.09), percentile)
    assert not limits.sent_late(READ_OPEN, late(0.089, 0.092), percentile)
    assert not limits.sent_late(READ_OPEN, late(None, None), percentile), "nobody knows"
    assert not limits.sent_late(READ, late(0.05), percentile), "nobody asked for a time to send at"


def test_a_servers_share_is_of_all_its_cpus() -> None:
    one, four = (cell("flask", cpu_us=1900.0, cpus=cpus) for cpus in (1, 4))
    assert limits.server_share([four]) == pytest.approx(limits.server_share([one]) / 4)
    assert not limits.held_down([replace(one, cpus=2, generator_cpu_ns=700_000_000)]), "95% of two"
    assert limits.held_down([replace(one, cpus=4, generator_cpu_ns=700_000_000)]), "half of its CPUs were idle"


def test_what_late_sending_adds_is_the_difference_of_two_medians() -> None:
    times = [{"response_p50_s": 0.1, "service_p50_s": 0.09}, {"response_p50_s": 0.3, "service_p50_s": 0.27}]
    late = [cell("flask", READ_OPEN.id, **OPEN | medians) for medians in times]
    assert limits.delay_share(late) == pytest.approx(0.1)
    assert limits.delay_share(arrivals(service_p50_s=[None, None])) is None, "nobody knows"


def test_several_generators_have_the_time_of_all_their_cpus() -> None:
    busy = [cell("flask", generator_cpu_ns=1_200_000_000, generators=2, generator_cpus=cpus) for cpus in (2, 2)]
    assert limits.generator_share(busy) == pytest.approx(0.6)
    assert not limits.held_down(busy)
    sharing = [replace(one, generator_cpu_ns=900_000_000, generator_cpus=1) for one in busy]
    assert limits.generator_share(sharing) == pytest.approx(0.9)
    assert limits.held_down(sharing)
