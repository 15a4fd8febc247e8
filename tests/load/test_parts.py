"""A load that is dealt out is the same load, and what is put together again is what one generator would have seen."""

import random

import pytest

from bench.contract import seed
from bench.load.parts import WHOLE, Kept, Played, Share, kept_together, played_together, starts
from bench.load.requests import Pools
from bench.load.turns import poisson

TEAMS = [1, 2, 3, 7]


def shares(of: int) -> list[Share]:
    return [Share(number, of) for number in range(of)]


@pytest.mark.parametrize("of", TEAMS)
def test_arrivals_of_all_generators_together_are_the_same_process_however_many_there_are(of: int) -> None:
    whole = poisson(400.0, 2.0, random.Random("a seed"))
    parts = [share.dealt(whole) for share in shares(of)]
    assert sorted(at for part in parts for at in part) == whole
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize("of", TEAMS)
@pytest.mark.parametrize("users", [7, 16, 64])
def test_every_user_is_one_generators_and_keeps_the_number_that_it_has_alone(of: int, users: int) -> None:
    parts = [share.dealt(range(users)) for share in shares(of)]
    assert sorted(user for part in parts for user in part) == list(range(users))
    assert [list(part) for part in parts] == [
        [share.in_whole(place) for place in range(len(part))] for share, part in zip(shares(of), parts, strict=True)
    ]


@pytest.mark.parametrize("of", TEAMS)
def test_rows_that_are_used_up_are_used_by_one_generator_each(of: int) -> None:
    stocks = [Pools("host", 1, stocked=True, share=share).stock for share in shares(of)]
    taken = [next(stock).id for _ in range(12 // of + 1) for stock in stocks if stock]
    assert sorted(taken) == list(range(seed.ROWS + 1, seed.ROWS + 1 + len(taken)))


def test_a_slice_lasts_as_long_as_for_the_generator_for_which_it_lasted_longest_and_sums_the_rest() -> None:
    one = Played(0.025, 100, 5_000, 0.4, 0.3, 2, 7_000, 30_000)
    other = Played(0.027, 90, 4_000, 0.5, 0.4, 1, 6_300, 27_000)
    together = played_together([one, other])
    assert together == Played(0.027, 190, 9_000, pytest.approx(0.9), pytest.approx(0.7), 3, 13_300, 57_000)
    assert played_together([one]) == one


def test_what_one_generator_says_against_a_target_holds_for_all() -> None:
    quiet, failing = Played(0.025, 100), Played(0.025, 3, dropped="timed out")
    assert played_together([quiet, failing, Played(dropped="later")]).dropped == "timed out"
    assert kept_together([Kept(), Kept(dropped="reset")]).dropped == "reset"


def test_times_and_errors_of_all_generators_are_kept() -> None:
    one = Kept([0.1, 0.2], [0.1], [0.0], {"reset": 1}, 2, 5, ("a",))
    other = Kept([0.3], [0.2], [0.1], {"reset": 2, "status 500": 1}, 1, 4, ("b", "c"))
    together = kept_together([one, other])
    assert together == Kept(
        [0.1, 0.2, 0.3], [0.1, 0.2], [0.0, 0.1], {"reset": 3, "status 500": 1}, 3, 9, ("a", "b", "c")
    )
    assert kept_together([one]) == one


def test_whoever_hears_of_a_slice_sooner_waits_for_the_others() -> None:
    assert starts([0.002, 0.042, 0.002]) == [pytest.approx(0.020), 0.0, pytest.approx(0.020)]
    assert starts([0.01]) == [0.0]
    assert WHOLE.dealt([1, 2, 3]) == [1, 2, 3]
