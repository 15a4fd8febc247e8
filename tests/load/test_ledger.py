"""When a target takes part, and what is summed up of it."""

import pytest

from bench.host.clock import Clock
from bench.load.ledger import Ledger
from bench.load.parts import Kept
from bench.load.protocol import Slice, Target

TARGET = Target("sut", "127.0.0.1", 1, Clock())


@pytest.mark.parametrize(
    ("held", "turns", "stride"),
    [(48, 16, 1), (200, 16, 1), (30, 16, 2), (13, 16, 4), (1, 16, 16), (0, 16, 16), (1, 6, 2)],
)
def test_slow_servers_take_part_less_often_for_longer_and_are_loaded_no_less(
    held: int, turns: int, stride: int
) -> None:
    for place in range(5):
        slow = Ledger(TARGET, place)
        slow.warmed_up = [0, held]
        slow.settle_stride(48, turns)
        assert slow.stride == stride
        assert sum(slow.takes_part(turn) for turn in range(turns)) * stride == turns


def test_without_a_warm_up_every_turn_is_everybodys() -> None:
    fresh = Ledger(TARGET)
    fresh.settle_stride(48, 16)
    assert fresh.stride == fresh.tally(Kept()).stride == 1


def test_the_first_reason_for_dropping_stays() -> None:
    ledger = Ledger(TARGET)
    for reason in (None, "one", "another", None):
        ledger.drop(reason)
    assert ledger.tally(Kept(dropped="a third")).dropped == "one"
    assert Ledger(TARGET).tally(Kept(dropped="a third")).dropped == "a third"


@pytest.mark.parametrize(("ends", "expected"), [((), 0), ((64,), 64), ((0, 64, 1), 1), ((9, 64, 64, 0), 9)])
def test_one_stall_at_the_end_of_a_slice_is_no_backlog(ends: tuple[int, ...], expected: int) -> None:
    ledger = Ledger(TARGET)
    for backlog in ends:
        ledger.keep(Slice(0, 0.5, 100, 0, 0), backlog)
    assert ledger.tally(Kept()).backlog == expected
