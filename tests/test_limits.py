"""What a figure means: the server's limit, the generator's, or a queue that grows."""

import pytest

from bench import limits
from bench.results import Run

from . import builders
from .builders import READ, READ_OPEN, cell, one_round, sut

OPEN_ID = "read-item-open"
OPEN = {"requests": 500, "response_p50_s": 0.1, "lag_p99_s": 0.0001}


def arrivals(**by_sut: list[dict[str, float]]) -> Run:
    """A run of open loops, a round for each of a SUT's changes."""
    rounds = [
        one_round(
            number, [cell("flask"), *(cell(name, OPEN_ID, **OPEN | seen[number - 1]) for name, seen in by_sut.items())]
        )
        for number in range(1, len(next(iter(by_sut.values()))) + 1)
    ]
    return builders.run([sut("wsgi"), sut("flask")], tuple(rounds), (READ, READ_OPEN))


def test_the_generators_share_is_of_the_time_under_load_over_all_rounds() -> None:
    rounds = [
        one_round(1, [cell("flask", busy_s=1.0, generator_cpu_ns=900_000_000)]),
        one_round(2, [cell("flask", busy_s=3.0, generator_cpu_ns=900_000_000)]),
    ]
    assert not limits.generator_limited(rounds, "flask", "read-item"), "1.8 s of 4 s"
    assert limits.generator_limited(rounds[:1], "flask", "read-item")


@pytest.mark.parametrize(("cpu_us", "limited"), [(951.0, False), (949.0, True)])
def test_a_generator_below_a_ceiling_of_half_as_much_again_is_cleared_by_a_busy_server(
    cpu_us: float, limited: bool
) -> None:
    rounds = [one_round(1, [cell("flask", cpu_us=cpu_us, generator_cpu_ns=700_000_000)])]
    assert limits.generator_limited(rounds, "flask", "read-item") == limited


def test_what_piles_up_in_most_rounds_has_too_high_a_rate() -> None:
    stalled, swamped, calm = ([{"backlog": n} for n in seen] for seen in ((1, 64, 2), (64, 2, 33), (32, 32, 32)))
    run = arrivals(flask=swamped, wsgi=stalled)
    assert [limits.piled_up(run, name, OPEN_ID) for name in ("flask", "wsgi")] == [True, False]
    assert not limits.piled_up(arrivals(flask=calm), "flask", OPEN_ID)
    assert not limits.piled_up(run, "flask", "read-item"), "in a closed loop nothing piles up"
    assert not limits.piled_up(run, "django", OPEN_ID), "nothing is known of it"


def test_lateness_that_shows_in_response_times_is_known_of_each_sut() -> None:
    run = arrivals(flask=[{"lag_p99_s": 0.011}] * 2, wsgi=[{"lag_p99_s": 0.009}] * 2)
    assert [limits.sent_late(run, name, OPEN_ID) for name in ("flask", "wsgi")] == [True, False]
    assert not limits.sent_late(run, "flask", "read-item")
