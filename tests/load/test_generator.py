"""The generator as a whole against servers whose behaviour is known: what it says of them must be true."""

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import count, groupby, pairwise
from pathlib import Path
from typing import Any

import pytest

from bench.contract.workloads import WORKLOADS, find, heavy
from bench.errors import LoadError
from bench.host import local
from bench.host.clock import REPLACED, Clock
from bench.host.protocol import Host
from bench.load.client import Generator, generator
from bench.load.protocol import Order, Slice
from bench.model import Workload
from bench.workspace import ROOT
from tests.load.orders import Seen, rotate, target
from tests.load.reference import HELLO, Reference, http
from tests.load.scripted import Talk, answering, paced, scripted

pytestmark = pytest.mark.servers


def alternating(*delays_s: float) -> Any:
    def script(talk: Talk) -> None:
        for number in count():
            talk.request()
            talk.pause(delays_s[number % len(delays_s)])
            talk.say(HELLO)

    return script


def sound(seen: Seen, sut: str = "sut") -> bool:
    tally = seen.tally(sut)
    return not (tally.errors or tally.wrong or tally.dropped) and seen.requests(sut) > 0


def test_percentiles_are_those_of_known_delays(load: Generator, tmp_path: Path) -> None:
    """Long ones, beside which it is little that a busy machine adds."""
    with scripted(alternating(0.020, 0.080)) as server:
        seen = rotate(load, tmp_path, target(server), slice_s=1.0)
    assert sound(seen)
    assert 20.0 <= seen.ms(5) < seen.ms(40) < 32.0
    assert 80.0 <= seen.ms(60) < seen.ms(75) < 100.0
    assert 0.050 <= seen.arrays["sut"].mean() < 0.064
    assert seen.requests() == seen.arrays["sut"].size + 2 * 4  # the first of each user and slice has no time


@pytest.fixture
def few_files() -> Iterator[None]:
    """As few open files as a process may be given."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_connections_are_not_bounded_by_how_few_files_a_process_is_given_at_first(
    few_files: None, host: Host, tmp_path: Path
) -> None:
    with generator(tmp_path / "generator.log", host) as load:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        with scripted(answering(HELLO)) as server:
            assert sound(rotate(load, tmp_path, target(server), concurrency=120))


def test_too_few_files_are_told_with_the_way_out() -> None:
    with scripted(answering(HELLO)) as server:
        order = Order(find("plaintext"), (target(server),), turns=1, slice_s=0.1, concurrency=60, seed=1)
        done = subprocess.run(
            ["sh", "-c", 'ulimit -n 50 && exec "$0" -m bench.load', sys.executable],
            input=json.dumps(asdict(order)) + "\n",
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
            timeout=30,
        )
    assert "may not open as many connections as it needs; `ulimit -n 1024`" in json.loads(done.stdout)["error"]


@pytest.mark.parametrize("users", [1, 8, 24])
def test_littles_law_holds(load: Generator, tmp_path: Path, users: int) -> None:
    with scripted(answering(HELLO, 0.010)) as server:
        seen = rotate(load, tmp_path, target(server), concurrency=users, slice_s=0.2, warm_up_turns=1)
    assert sound(seen)
    assert float(seen.arrays["sut"].min()) >= 0.010
    slices = seen.tally().slices
    assert sum(one.waited_s for one in slices) == pytest.approx(sum(one.held_s for one in slices), rel=0.05)
    assert 0.95 * users * 0.2 * len(slices) <= sum(one.held_s for one in slices) < 1.5 * users * 0.2 * len(slices)
    assert sum(one.received_bytes for one in slices) == seen.requests() * len(HELLO)


def test_the_whole_answer_is_timed_however_slowly_it_trickles(load: Generator, tmp_path: Path) -> None:
    def trickle(talk: Talk) -> None:
        while True:
            talk.request()
            talk.say(*(HELLO[at : at + 8] for at in range(0, len(HELLO), 8)), pause_s=0.003)

    with scripted(trickle) as server:
        seen = rotate(load, tmp_path, target(server), slice_s=0.3)
    assert sound(seen)
    assert seen.ms(1) >= 3 * (len(HELLO) // 8)


@pytest.mark.parametrize(("lanes", "slice_s"), [(64, 3.0), (4, 1.8)])
def test_a_stall_shows_in_the_open_loop_as_long_as_it_was(
    load: Generator, tmp_path: Path, lanes: int, slice_s: float
) -> None:
    began: list[float] = []

    def stalling(talk: Talk) -> None:
        while True:
            talk.request()
            began.append(time.perf_counter())
            into = time.perf_counter() - began[0]
            if 1.0 < into < 1.5:
                talk.pause(1.5 - into)
            talk.say(HELLO)

    with scripted(stalling) as server:
        order: dict[str, Any] = {"turns": 1, "slice_s": slice_s, "arrival_rate_rps": 100.0, "concurrency": lanes}
        seen = rotate(load, tmp_path, target(server), **order)
    assert sound(seen)
    assert 80 * slice_s < seen.requests() == seen.arrays["sut"].size < 120 * slice_s
    assert 430 < seen.ms(99) < 650
    assert seen.ms(50) < 10
    assert seen.ms(50, "sut.service") < 5
    # With a lane for each request all leave in time; with few the lag holds what the service time does not.
    if lanes == 64:
        assert seen.ms(90, "sut.lag") < 20
    else:
        assert 300 < seen.ms(99, "sut.lag") < 650


def test_arrivals_keep_to_their_schedule(load: Generator, tmp_path: Path) -> None:
    with scripted(answering(HELLO, 0.002)) as server:
        order = {"turns": 2, "slice_s": 0.3, "arrival_rate_rps": 400.0, "concurrency": 32, "warm_up_turns": 1}
        seen, again = (rotate(load, tmp_path, target(server), **order) for _ in range(2))
    assert sound(seen)
    assert seen.requests() == again.requests() == pytest.approx(240, abs=62)
    assert min(look.ms(50, "sut.lag") for look in (seen, again)) < 0.5, "a busy machine is late now and then"
    assert min(look.ms(50, "sut.service") for look in (seen, again)) == pytest.approx(2.5, abs=1.0)
    assert seen.tally().backlog < 16


def test_silent_connections_hold_up_no_arrivals(load: Generator, tmp_path: Path) -> None:
    """As of a server that gives its one thread to each new connection until that has had its first answer."""
    thread = threading.Lock()

    def script(talk: Talk) -> None:
        with thread:
            talk.request()
            talk.say(HELLO)
        while True:
            talk.request()
            with thread:
                talk.say(HELLO)

    with scripted(script) as server:
        seen = rotate(load, tmp_path, target(server), concurrency=16, arrival_rate_rps=50, turns=3)
    assert sound(seen)
    assert seen.requests() < 40
    assert seen.ms(100) < 100


def test_too_high_a_rate_shows_as_backlog_and_is_no_error(load: Generator, tmp_path: Path) -> None:
    with scripted(answering(HELLO, 0.020)) as server:
        order = {"turns": 1, "slice_s": 0.5, "arrival_rate_rps": 300.0, "concurrency": 4, "answer_within_s": 3.0}
        seen = rotate(load, tmp_path, target(server), **order)
    assert sound(seen)
    assert seen.tally().slices[0].busy_s > 0.6
    assert seen.ms(99) > 150
    assert seen.ms(99, "sut.service") < 75, "without the backlog"


def test_backlog_that_is_never_cleared_drops_the_target(load: Generator, tmp_path: Path) -> None:
    with scripted(answering(HELLO, 0.1)) as slow, scripted(answering(HELLO)) as healthy:
        order = {"turns": 1, "slice_s": 0.3, "arrival_rate_rps": 300.0, "concurrency": 4, "answer_within_s": 0.3}
        seen = rotate(load, tmp_path, target(slow), target(healthy, "healthy"), **order)
    assert str(seen.tally().dropped).startswith("timed out")
    assert seen.tally().backlog > 20
    assert sound(seen, "healthy")


@pytest.fixture(scope="module")
def trio() -> Iterator[list[Any]]:
    with scripted(answering(HELLO)) as one, scripted(answering(HELLO)) as two, scripted(answering(HELLO)) as three:
        yield [one, two, three]


def turns_taken(load: Generator, folder: Path, servers: list[Any], seed: int) -> list[int]:
    """Which server was loaded, slice by slice, as the servers saw it."""
    for server in servers:
        server.asked.clear()
    seen = rotate(load, folder, *(target(s, f"s{n}") for n, s in enumerate(servers)), turns=6, slice_s=0.02, seed=seed)
    assert [len(tally.slices) for tally in seen.reply.tallies] == [6] * len(servers)
    asked = sorted((moment, number) for number, server in enumerate(servers) for moment in server.asked)
    order = [number for number, _ in groupby(asked, key=lambda slice_: slice_[1])]
    began = sorted(
        (slice_.began_s, number) for number, tally in enumerate(seen.reply.tallies) for slice_ in tally.slices
    )
    assert [number for number, _ in groupby(began, key=lambda slice_: slice_[1])] == order
    return [number for _, number in began]


def test_slices_alternate_in_an_order_that_the_seed_decides(load: Generator, tmp_path: Path, trio: list[Any]) -> None:
    order, again, other = (turns_taken(load, tmp_path, trio, seed) for seed in (1, 1, 2))
    assert order == again != other
    assert all(sorted(order[at : at + 3]) == [0, 1, 2] for at in range(0, 18, 3))
    assert len({tuple(order[at : at + 3]) for at in range(0, 18, 3)}) > 1


@pytest.mark.parametrize(("slice_s", "turns"), [(0.025, 16), (0.05, 8), (0.4, 1)])
def test_a_known_speed_is_seen_whatever_the_length_of_the_slices(
    load: Generator, tmp_path: Path, slice_s: float, turns: int
) -> None:
    """Whatever else the machine does can only slow it down, so the fastest of three looks counts."""
    order: dict[str, Any] = {"slice_s": slice_s, "turns": turns, "concurrency": 8, "warm_up_turns": 1}
    with scripted(paced(HELLO, 0.002)) as server:
        looks = [rotate(load, tmp_path, target(server), **order) for _ in range(3)]
    assert all(map(sound, looks))
    assert max(seen.rps() for seen in looks) == pytest.approx(500, rel=0.05)
    whole = [slice_ for seen in looks for slice_ in seen.tally().slices]
    waited_s, held_s = sum(slice_.waited_s for slice_ in whole), sum(slice_.held_s for slice_ in whole)
    assert 0.95 < waited_s / held_s <= 1, "users do nothing but wait"
    drained = sum(8 * slice_.busy_s for slice_ in whole) / held_s
    assert drained > 1.1 or slice_s > 0.1, "in short slices, fewer and fewer of them for much of the time"


def test_a_slow_server_has_fewer_and_longer_slices_and_as_much_time(load: Generator, tmp_path: Path) -> None:
    with scripted(answering(HELLO, 0.01)) as slow, scripted(answering(HELLO)) as quick:
        both = (target(slow, "slow"), target(quick, "quick"))
        seen = rotate(load, tmp_path, *both, turns=8, slice_s=0.025, warm_up_turns=2, least_requests=24)
    slow_slices, quick_slices = seen.tally("slow").slices, seen.tally("quick").slices
    assert (len(quick_slices), seen.tally("quick").stride) == (8, 1)
    assert len(slow_slices) * seen.tally("slow").stride == 8
    assert seen.tally("slow").stride > 1
    assert all(stretch.busy_s >= 0.025 * seen.tally("slow").stride for stretch in slow_slices)
    assert sum(stretch.busy_s for stretch in slow_slices) == pytest.approx(0.2, rel=0.5)


def test_only_one_server_is_loaded_at_a_time(load: Generator, tmp_path: Path) -> None:
    with scripted(alternating(0.03)) as slow, scripted(answering(HELLO)) as quick:
        seen = rotate(load, tmp_path, target(slow, "slow"), target(quick, "quick"), turns=4, slice_s=0.05)
    spans = sorted((slice_.began_s, slice_.began_s + slice_.busy_s) for t in seen.reply.tallies for slice_ in t.slices)
    assert all(sooner[1] <= later[0] for sooner, later in pairwise(spans))


def spent_s(slices: tuple[Slice, ...]) -> float:
    return sum(stretch.cpu_ns for stretch in slices) / 1e9


def test_cpu_time_is_that_of_the_targets_processes_in_its_own_slices(load: Generator, tmp_path: Path) -> None:
    burn = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        with scripted(answering(HELLO, 0.01)) as one, scripted(answering(HELLO, 0.01)) as two:
            busy, quiet = target(one, "busy", (burn.pid,)), target(two, "quiet", (idle.pid,), database=(burn.pid,))
            seen = rotate(load, tmp_path, busy, quiet, turns=3, slice_s=0.15)
    finally:
        for process in (burn, idle):
            process.kill()
            process.wait()
    of_busy, of_quiet = seen.tally("busy").slices, seen.tally("quiet").slices
    loaded_s = sum(stretch.busy_s for stretch in of_busy)
    assert loaded_s * 0.2 < spent_s(of_busy) < loaded_s * 1.02
    assert spent_s(of_quiet) < 0.005
    other_s = sum(stretch.busy_s for stretch in of_quiet)
    assert seen.reply.wall_s > loaded_s + other_s > loaded_s * 1.3  # all of the burning would have been more
    assert sum(stretch.database_cpu_ns for stretch in of_busy) == 0
    assert loaded_s * 0.2 < sum(stretch.database_cpu_ns for stretch in of_quiet) / 1e9 < loaded_s * 1.5


def test_where_a_process_has_gone_its_cpu_time_is_not_known(load: Generator, tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with scripted(answering(HELLO)) as server:
        seen = rotate(load, tmp_path, target(server, pids=(gone.pid,)))
    assert seen.tally().dropped == REPLACED


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.id)
def test_every_workload_is_answered_rightly(load: Generator, tmp_path: Path, workload: Workload, opened: bool) -> None:
    name, rate = workload.id, None
    if opened:
        rate = 25.0 if heavy(workload.operations) else 200.0
    with scripted(answering(Reference(stock=20_000).answer)) as server:
        seen = rotate(load, tmp_path, target(server), workload=name, turns=1, slice_s=0.08, arrival_rate_rps=rate)
    assert sound(seen)
    assert seen.tally().sampled >= 1
    assert seen.tally().reconnects == 0


def test_a_wrong_body_is_found_by_sampling_and_only_where_it_is(load: Generator, tmp_path: Path) -> None:
    right, wrong = Reference(), http("200 OK", b"Hello, W0rld!", "text/plain")
    with scripted(answering(wrong)) as bad, scripted(answering(right.answer)) as good:
        seen = rotate(load, tmp_path, target(bad), target(good, "good"))
    assert seen.tally().wrong == ("plaintext: b'Hello, W0rld!'",) * 5
    assert not seen.tally().errors
    assert sound(seen, "good")


def test_a_settled_and_a_warm_up_slice_leave_no_trace(load: Generator, tmp_path: Path) -> None:
    with scripted(answering(HELLO, 0.005)) as server:
        changes: dict[str, Any] = {"turns": 1, "warm_up_turns": 2, "settle_s": 0.1}
        seen = rotate(load, tmp_path, target(server), **changes)
        answered = len(server.asked)
    assert sound(seen)
    assert seen.requests() == seen.arrays["sut"].size + 4
    assert len(seen.tally().slices) == 1
    assert answered > 4 * seen.requests()


def test_users_and_connections_come_and_go_between_orders(load: Generator, tmp_path: Path) -> None:
    with scripted(answering(HELLO, 0.01)) as server:
        for users in (2, 32, 3, 16):
            seen = rotate(load, tmp_path, target(server), concurrency=users, turns=1)
            assert sound(seen)
            assert users / 0.020 < seen.rps() <= users / 0.010
            assert seen.tally().reconnects == 0
        assert server.connections == 32
        load.forget()
        assert sound(rotate(load, tmp_path, target(server), concurrency=2))
        assert server.connections == 34


def test_a_generator_that_died_or_hangs_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with scripted(answering(HELLO)) as server, local.host() as host, generator(log, host) as own:
        with pytest.raises(LoadError, match=r"stopped: .*File exists"):
            rotate(own, log, target(server))
        assert sound(rotate(own, tmp_path, target(server)))
        own._process.send_signal(19)  # SIGSTOP
        with pytest.raises(LoadError, match=r"had not finished after 1 s"):
            own._ask("null", 1.0)
        log.write_text("the last words\n")
        with pytest.raises(LoadError, match=r"died with signal SIGKILL .*\.\n  the last words"):
            rotate(own, tmp_path, target(server))


def test_what_the_service_uses_that_servers_call_is_the_generators(load: Generator, tmp_path: Path) -> None:
    own = Clock((os.getpid(),))
    with scripted(answering(HELLO)) as server:
        alone, together = (
            rotate(load, tmp_path, target(server, pids=own.pids), upstream=clock) for clock in (Clock(), own)
        )
    for slice_ in together.tally().slices:
        assert slice_.generator_cpu_ns > slice_.cpu_ns > 0
    assert sound(alone)
    assert sound(together)
