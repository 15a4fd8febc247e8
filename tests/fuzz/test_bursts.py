"""Bytes drawn by lot: the same for a seed, of every kind, and said in one line."""

import pytest

from bench.fuzz import bursts
from bench.fuzz.bursts import KINDS, Burst
from bench.fuzz.draws import Lot


def test_bursts_are_the_same_for_a_seed() -> None:
    first, again, other = ([bursts.draw(lot) for _ in range(200)] for lot in (Lot("1"), Lot("1"), Lot("2")))
    assert first == again != other
    assert {burst.kind for burst in first} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_called_what_it_is(kind: str) -> None:
    lot = Lot(kind)
    for burst in (KINDS[kind](lot) for _ in range(30)):
        assert burst.kind == kind
        assert str(burst).startswith(f"{kind}: ")
        assert len(str(burst)) < 1200
        assert burst.rows <= max(len(burst.statuses), 1)


def test_what_cannot_be_seen_is_said() -> None:
    burst = Burst("noise", (b"\x1b[31m", b"y" * 300), ends=False)
    assert str(burst).startswith(r"noise: '\x1b[31myyy")
    assert str(burst).endswith("yyy' ... (305 bytes), in 2 segments, and gone")
