"""Memory that goes on growing is seen, and memory that jumps or settles is not."""

import itertools
from collections.abc import Callable
from typing import Any, cast

import pytest

from bench.contract.client import Client
from bench.contract.message import Dialogue, Request
from bench.fuzz import bursts, growth, raw
from bench.fuzz.growth import LIMIT_BYTES, grown


def server(size: Callable[[int], int]) -> tuple[Callable[[], None], Callable[[], int]]:
    """What asks a server, and what sees its size, which is that after so many requests."""
    asked = itertools.count(1)
    at = 0

    def ask() -> None:
        nonlocal at
        at = next(asked)

    return ask, lambda: size(at)


@pytest.mark.parametrize("leak_bytes", [120, 9_000])
def test_a_leak_is_seen(leak_bytes: int) -> None:
    seen = grown("create", *server(lambda at: 50_000_000 + leak_bytes * at), 400)
    assert seen.bytes_per_request == pytest.approx(leak_bytes)
    assert seen.requests > 8 * 400


def test_a_leak_is_seen_in_whole_pages() -> None:
    seen = grown("create", *server(lambda at: 4096 * (150 * at // 4096)), 400)
    assert seen.bytes_per_request == pytest.approx(150, rel=0.1)


@pytest.mark.parametrize(
    "size",
    [
        lambda _: 50_000_000,
        lambda at: 90 * at,
        lambda at: 50_000_000 - 20 * at,
        lambda at: 1_000_000 * (at > 250),
        lambda at: min(2_000 * at, 1_000_000),
        lambda at: 4096 * (at % 7),
        lambda at: 132_000 * ((at > 300) + (at > 900)),
    ],
    ids=["still", "little", "shrinking", "a jump", "a cache that fills", "up and down", "two jumps"],
)
def test_what_is_no_leak_is_none(size: Callable[[int], int]) -> None:
    assert grown("create", *server(size), 400).bytes_per_request <= LIMIT_BYTES


def test_what_stays_as_it_is_takes_no_longer_than_it_must() -> None:
    assert grown("create", *server(lambda _: 5), 400).requests == 400


def test_a_server_has_done_with_a_burst_before_the_next_one_is_sent() -> None:
    """One that drops a connection goes on with its request: what would queue behind it is no growth."""
    recorder = Recorder()
    askers = growth._askers(cast(Client, recorder), 1, hardened=False)
    for kind in bursts.KINDS:
        recorder.calls.clear()
        askers[kind]()
        assert recorder.calls == ["a burst", raw.NEXT]


class Recorder:
    """What a client is asked to send, in order."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def exchange(self, *_: Any, **__: Any) -> Dialogue:
        self.calls.append("a burst")
        return Dialogue(())

    def send(self, request: Request) -> None:
        self.calls.append(request)
