"""The network between two machines: what was timed is what is said of it."""

import itertools
import threading
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from bench.host import lines, network
from bench.host.lines import Door
from bench.host.network import NETWORK
from bench.host.protocol import LOOPBACK


@pytest.fixture
def line() -> Iterator[Connection]:
    """One whose other end answers, in a thread."""
    near, far = Pipe()
    thread = threading.Thread(target=network.answer, args=(far,))
    thread.start()
    with near:
        yield near
    thread.join(5)
    far.close()


def test_round_trips_and_bandwidth_follow_from_the_clock(line: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock on which everything takes 10 ms, and 1 s from the third transfer on in either direction."""
    small = [step for number in range(200) for step in (number * 1.0, number * 1.0 + 0.01 + 0.02 * (number >= 190))]
    large = [time_s for took_s in (0.01, 0.01, 1.01) for time_s in (0.0, took_s)]
    monkeypatch.setattr(network, "_segments", lambda _: (1, 100))
    seen = network.measured(line, iter([*small, *large, *large]).__next__)
    assert seen.round_trip_p50_s == pytest.approx(0.01)
    assert seen.round_trip_p99_s == pytest.approx(0.03)
    assert seen.exchanges == 200
    assert seen.to_servers_bytes_s == pytest.approx(2**20)
    assert seen.from_servers_bytes_s == pytest.approx(2**20)
    assert seen.resent_share == pytest.approx(0.01)


def test_where_nobody_says_what_was_sent_again_nothing_is_said(
    line: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(network.socket, "TCP_INFO", raising=False)
    monkeypatch.setattr(network, "_MOST_BYTES", network._FIRST_BYTES)
    assert network.measured(line, itertools.count().__next__).resent_share is None


def test_loopback_is_quick_and_loses_nothing() -> None:
    with lines.listener(Door(LOOPBACK, 0)) as listener:
        door = Door(LOOPBACK, listener.getsockname()[1])

        def serve() -> None:
            _, far = lines.accepted(listener.accept()[0], lambda _: b"key")
            with far:
                network.answer(far)

        thread = threading.Thread(target=serve)
        thread.start()
        with lines.opened(door, NETWORK, b"key") as near:
            seen = network.measured(near)
        thread.join(5)
    assert 0 < seen.round_trip_p50_s <= seen.round_trip_p99_s < 1
    assert seen.to_servers_bytes_s > 2**20
    assert seen.from_servers_bytes_s > 2**20
    assert seen.resent_share in (None, pytest.approx(0.0, abs=0.01))


def test_an_end_that_goes_away_ends_the_other() -> None:
    near, far = Pipe()
    near.close()
    network.answer(far)
    far.close()
