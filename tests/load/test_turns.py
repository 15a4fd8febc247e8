"""Turns without a network: when requests are due, what is counted and what is left out."""

import math
import random
import socket
import time
from itertools import pairwise

import gevent
import pytest

from bench.contract.operations.operation import Operation
from bench.contract.workloads import WORKLOADS, find
from bench.host.clock import Clock
from bench.load import lanes as lanes_module
from bench.load.connection import KeptConnection
from bench.load.lanes import GIVE_UP_AFTER, Lanes
from bench.load.parts import Share
from bench.load.protocol import Target
from bench.load.turns import ClosedTurn, OpenTurn, Turn, poisson, wait_until
from bench.load.wire import ExchangeError, Head
from bench.model import Workload
from tests.load.reference import HELLO, Reference

OK = Head(200, 13, False)
TARGET = Target("sut", "127.0.0.1", 1, Clock())


class FakeConnection(KeptConnection):
    """Answers after a while; every so many exchanges fail with a given error instead."""

    __slots__ = ("_asked", "_error", "_every", "_takes_s", "closed")

    def __init__(self, takes_s: float = 0.002, every: int = 0, error: str = "") -> None:
        super().__init__("127.0.0.1", 1)
        self._takes_s, self._every, self._error = takes_s, every, error
        self._asked = self.closed = 0
        self.head = OK

    def open_if_closed(self) -> None:
        pass

    def send(self, request: bytes) -> None:
        self._asked += 1

    def receive(self) -> bytes:
        gevent.sleep(self._takes_s)
        self.head = OK
        if self._every and self._asked % self._every == 0:
            if not self._error.startswith("status"):
                raise ExchangeError(self._error)
            self.head = Head(int(self._error[7:]), 13, False)
        return HELLO

    def close(self) -> None:
        self.closed += 1


def lanes(*connections: FakeConnection) -> Lanes:
    return Lanes(TARGET, find("plaintext"), list(connections), 1)


def play(turn: Turn, users: int, within_s: float = 5.0) -> float:
    """One turn, as the stage would give it; how long it took."""
    began = time.perf_counter()
    turn.begin()
    parts = [gevent.spawn(turn.play, user) for user in range(users)] + [gevent.spawn(turn.conduct)]
    assert len(gevent.joinall(parts, timeout=within_s, raise_error=True)) == len(parts)
    return time.perf_counter() - began


@pytest.mark.parametrize("rate", [50.0, 500.0, 3000.0])
def test_arrivals_come_at_the_rate_and_independently_of_one_another(rate: float) -> None:
    at = poisson(rate, 40.0, random.Random(3))
    assert at == sorted(at)
    assert 0 < at[0] < at[-1] < 40.0
    assert abs(len(at) - 40 * rate) < 4 * math.sqrt(40 * rate)
    gaps = [later - sooner for sooner, later in pairwise(at)]
    mean = sum(gaps) / len(gaps)
    spread = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps))
    assert spread == pytest.approx(mean, rel=0.1)  # as it is for exponential gaps alone
    assert sum(gap > mean for gap in gaps) / len(gaps) == pytest.approx(math.exp(-1), abs=0.03)


def test_arrivals_are_the_same_again_and_a_longer_slice_only_goes_on() -> None:
    short, again, long = (poisson(100, duration, random.Random("a")) for duration in (1.0, 1.0, 3.0))
    assert short == again == long[: len(short)]
    assert long[len(short)] >= 1.0
    assert poisson(100, 1.0, random.Random("b")) != short


def test_waiting_ends_at_the_moment_and_lets_others_go_on() -> None:
    counted = 0

    def count() -> None:
        nonlocal counted
        with gevent.get_hub().loop.timer(0, repeat=0) as tick:
            while True:
                counted += 1
                gevent.get_hub().wait(tick)

    counter = gevent.spawn(count)
    late = []
    for gap in (0.0002, 0.0007, 0.001, 0.0013, 0.003, 0.02) * 5:
        before, moment = counted, time.perf_counter() + gap
        wait_until(moment)
        late.append(time.perf_counter() - moment)
        assert counted > before
    counter.kill()
    assert min(late) >= 0
    assert sorted(late)[len(late) // 2] < 0.0005


def test_waiting_by_the_clock_does_not_keep_sockets_from_being_read() -> None:
    read, write = socket.socketpair()
    read.setblocking(False)
    seen: list[float] = []

    def reader() -> None:
        hub = gevent.get_hub()
        with hub.loop.io(read.fileno(), 1) as watcher:
            while True:
                hub.wait(watcher)
                seen.append(time.perf_counter())
                read.recv(1)

    reading = gevent.spawn(reader)
    gevent.sleep(0.001)
    late = []
    for _ in range(20):
        sent = time.perf_counter()
        write.send(b"x")
        wait_until(sent + 0.0014)  # all of it is spent looking at the clock
        late.append(seen[-1] - sent)
    reading.kill()
    read.close()
    write.close()
    assert len(seen) == 20
    assert sorted(late)[10] < 0.0007


def test_without_a_cpu_of_ones_own_waiting_is_sleeping() -> None:
    began, spent = time.perf_counter(), time.thread_time()  # other tests' threads may not have ended yet
    for _ in range(50):
        wait_until(time.perf_counter() + 0.003, spin_s=0.0)
    assert time.thread_time() - spent < (time.perf_counter() - began) / 3


def test_waiting_for_the_past_is_no_waiting() -> None:
    took = []
    for _ in range(5):  # whatever else the machine does can only take longer
        began = time.perf_counter()
        wait_until(began - 1)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.001


def test_a_closed_turn_leaves_out_the_first_time_of_each_user_and_counts_its_request() -> None:
    all_lanes = lanes(FakeConnection(), FakeConnection(), FakeConnection())
    turn = ClosedTurn(all_lanes, 0.1)
    assert 0.1 <= play(turn, 3) < 1
    assert turn.record.requests == len(turn.record.times) + 3
    assert turn.record.requests > 60
    assert min(turn.record.times) >= 0.002
    assert turn.record.received_bytes == turn.record.requests * len(HELLO)
    assert turn.record.sent_bytes == turn.record.requests * len(all_lanes.all[0].request.data)


def test_a_turn_is_timed_from_its_first_request_to_its_last_answer() -> None:
    turn = ClosedTurn(lanes(FakeConnection(0.02)), 0.05)
    turn.begin()
    gevent.sleep(0.2)  # however late the users are
    turn.play(0)
    gevent.sleep(0.2)  # and however late it is noticed that they are done
    assert turn.record.requests > 0
    assert 0.05 <= turn.record.ended_s - turn.record.began_s < 0.2


@pytest.mark.parametrize("error", ["reset", "status 500"])
def test_a_closed_turn_leaves_out_one_time_of_a_user_however_often_it_fails(error: str) -> None:
    all_lanes = lanes(FakeConnection(every=5, error=error), FakeConnection())
    turn = ClosedTurn(all_lanes, 0.15)
    play(turn, 2)
    assert set(all_lanes.errors) == {error}
    assert all_lanes.errors.total() >= 5
    assert turn.record.requests == len(turn.record.times) + 2
    assert all_lanes.dropped is None


def test_errors_do_not_count_as_throughput() -> None:
    all_lanes = lanes(FakeConnection(every=1, error="status 404"))
    turn = ClosedTurn(all_lanes, 0.1)
    play(turn, 1)
    assert (turn.record.requests, len(turn.record.times)) == (0, 0)
    assert 5 <= all_lanes.errors["status 404"] <= 0.1 / 0.005


def test_an_error_closes_the_connection_and_starts_the_script_afresh() -> None:
    connection = FakeConnection(every=3, error="truncated")
    all_lanes = lanes(connection)
    play(ClosedTurn(all_lanes, 0.05), 1)
    assert connection.closed == all_lanes.errors["truncated"] == all_lanes.all[0].starts - 1 > 0


def test_many_errors_end_a_turn_early_and_drop_the_target() -> None:
    all_lanes = lanes(*(FakeConnection(every=1, error="closed") for _ in range(8)))
    assert play(ClosedTurn(all_lanes, 3.0), 8) < 1
    assert GIVE_UP_AFTER <= all_lanes.errors["closed"] < GIVE_UP_AFTER + 8
    assert all_lanes.dropped
    assert "50 errors, the last of them closed" in all_lanes.dropped


def test_the_first_reason_for_dropping_stays() -> None:
    all_lanes = lanes(FakeConnection())
    all_lanes.failed(all_lanes.all[0], ExchangeError("timed out", "one"))
    all_lanes.drop("another")
    assert all_lanes.dropped == "timed out: one"


def test_an_open_turn_sends_what_is_due_and_counts_from_when_it_was() -> None:
    all_lanes = lanes(*(FakeConnection(0.003) for _ in range(8)))
    turn = OpenTurn(all_lanes, 0.5, 200, random.Random(5))
    play(turn, 8)
    record = turn.record
    assert record.requests == len(poisson(200, 0.5, random.Random(5)))
    assert len(record.times) == len(record.service) == len(record.lag) == record.requests
    for response, service, lag in zip(record.times, record.service, record.lag, strict=True):
        assert response == pytest.approx(service + lag)
        assert lag >= 0
        assert service >= 0.003
    assert sorted(record.lag)[len(record.lag) // 2] < 0.0005
    assert record.backlog <= 4
    assert record.received_bytes == record.requests * len(HELLO)
    assert record.sent_bytes == record.requests * len(all_lanes.all[0].request.data)
    assert not all_lanes.errors


def test_an_open_turn_with_too_few_lanes_tells_the_wait_in_the_response_time() -> None:
    all_lanes = lanes(FakeConnection(0.02), FakeConnection(0.02))  # carries 100 a second
    turn = OpenTurn(all_lanes, 0.4, 200, random.Random(5))
    due = len(poisson(200, 0.4, random.Random(5)))
    took = play(turn, 2)
    record = turn.record
    assert record.requests == due
    assert due * 0.010 <= took < due * 0.030
    assert max(record.times) > 0.3
    assert max(record.service) < 0.2
    assert max(record.lag) == pytest.approx(max(record.times) - 0.02, abs=0.18)
    assert record.backlog >= 1


class Closing(FakeConnection):
    """The server closes it after each answer, and it takes a while to open it again."""

    __slots__ = ("_opened",)

    def open_if_closed(self) -> None:
        if not getattr(self, "_opened", False):
            gevent.sleep(0.02)
            self._opened = True

    def send(self, request: bytes) -> None:
        self.open_if_closed()
        super().send(request)

    def receive(self) -> bytes:
        self._opened = False
        return super().receive()


def test_opening_connections_again_does_not_hold_up_what_is_due() -> None:
    all_lanes = lanes(*(Closing() for _ in range(16)))
    for lane in all_lanes.all:
        lane.connection.open_if_closed()
    turn = OpenTurn(all_lanes, 0.4, 250, random.Random(5))
    play(turn, 16)
    assert sorted(turn.record.lag)[len(turn.record.lag) * 3 // 4] < 0.010


def test_an_open_turn_stops_when_its_target_is_dropped() -> None:
    all_lanes = lanes(*(FakeConnection(0.001, every=1, error="closed") for _ in range(8)))
    turn = OpenTurn(all_lanes, 3.0, 1000, random.Random(5))
    assert play(turn, 8) < 1
    assert all_lanes.dropped
    assert (turn.record.requests, len(turn.record.times)) == (0, 0)
    assert turn.record.backlog > 2000


@pytest.mark.parametrize("workload", WORKLOADS, ids=[workload.id for workload in WORKLOADS])
def test_all_that_is_drawn_from_is_made_before_the_load(workload: Workload, monkeypatch: pytest.MonkeyPatch) -> None:
    lane = Lanes(TARGET, workload, [FakeConnection()], 1).all[0]
    monkeypatch.delattr(Operation, "pool")
    server = Reference(stock=20)
    for _ in range(20):
        lane.request = lane.script.send(server.answer(lane.request.data))


def test_what_comes_before_is_not_kept_and_samples_are_few() -> None:
    all_lanes = lanes(FakeConnection(0))
    for _ in range(3):
        turn = ClosedTurn(all_lanes, 0.05)
        play(turn, 1)
    all_lanes.keep(turn.record)
    kept = all_lanes.kept()
    assert turn.record.requests == len(kept.times) + 1
    assert 1 <= kept.sampled <= lanes_module._SAMPLES_A_TURN
    assert not kept.wrong


def test_of_large_answers_only_so_many_are_kept_as_fit() -> None:
    record, request = lanes_module.Record(), lanes(FakeConnection()).all[0].request
    for size in (1, lanes_module._SAMPLED_BYTES, 1, 1):
        record.sample(request, b"x" * size)
    assert [len(answer) for _, answer in record.samples] == [1, lanes_module._SAMPLED_BYTES]


@pytest.mark.parametrize("of", [2, 3])
def test_generators_send_their_shares_of_the_arrivals_when_these_are_due(of: int) -> None:
    due = poisson(200, 0.3, random.Random(5))
    sent: list[float] = []
    for number in range(of):
        all_lanes = lanes(*(FakeConnection(0.003) for _ in range(8)))
        turn = OpenTurn(all_lanes, 0.3, 200, random.Random(5), share=Share(number, of))
        assert list(turn._schedule) == due[number::of]
        play(turn, 8)
        assert turn.record.requests == len(due[number::of])
        sent += turn.record.lag
    assert len(sent) == len(due)
    assert min(sent) >= 0


def test_more_connections_than_a_process_may_hold_to_all_servers_are_closed_between_slices() -> None:
    few, many = ([FakeConnection() for _ in range(number)] for number in (256, 257))
    for connections in (few, many):
        lanes(*connections).leave()
    assert {connection.closed for connection in few} == {0}
    assert {connection.closed for connection in many} == {1}
