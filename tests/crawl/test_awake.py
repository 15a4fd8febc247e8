"""A turn is over after so much time awake, and says for how long everything stood still in it."""

import asyncio
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from bench.crawl.process import INSIDE

BEAT_S = 0.1


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the Scrapy project, which needs no Scrapy."""
    monkeypatch.syspath_prepend(str(INSIDE))
    from catalog import awake

    return awake


def first_of(inside: Any, clock: Iterator[float], within_s: float, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The outcome of a wait for what never comes, on this clock; its beats take no time here."""

    async def nothing_comes(awaited: set[Any], timeout: float, return_when: str) -> tuple[set[Any], set[Any]]:
        assert 0 < timeout <= BEAT_S
        return set(), awaited

    monkeypatch.setattr(inside.time, "perf_counter", clock.__next__)
    monkeypatch.setattr(inside.asyncio, "wait", nothing_comes)
    return asyncio.run(inside.first_of(set(), within_s))


def test_who_is_not_done_is_given_up_after_so_much_time(inside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    beats = itertools.count()
    clock = (BEAT_S * next(beats) for _ in itertools.repeat(None))
    assert first_of(inside, clock, 0.75, monkeypatch) == (False, 0.0)
    assert next(beats) == 9, "one look before, and eight beats"


def test_an_hour_of_sleep_is_a_second_of_waiting(inside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.chain([0.0, 0.1, 3600.1], (3600.1 + BEAT_S * beat for beat in itertools.count(1)))
    done, still_s = first_of(inside, clock, 1.35, monkeypatch)
    assert (done, still_s) == (False, pytest.approx(3600 - BEAT_S))
    assert next(clock) == pytest.approx(3600.5), "three beats were left after it"


def test_what_is_done_ends_the_wait_at_once(inside: Any) -> None:
    async def wait() -> tuple[bool, float]:
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ready.set_result(None)
        return await inside.first_of({ready}, 60.0)

    assert asyncio.run(wait()) == (True, 0.0)
