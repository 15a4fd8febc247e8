"""Several generators as one, over Locust's own messages: what they say of a server is what one says."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.errors import LoadError, UsageError
from bench.host import local
from bench.host.protocol import Host
from bench.load import client
from bench.load.client import Generator, check_place, generator
from bench.load.joining import join
from bench.load.team import Ending, MeetingPlace, Team
from bench.load.turns import poisson
from tests.load.orders import Seen, rotate, target
from tests.load.reference import HELLO, Reference
from tests.load.scripted import Talk, answering, paced, scripted

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generator]:
    log = tmp_path_factory.mktemp("load") / "generator.log"
    with local.host() as host, generator(log, host, frozenset(), Team(2)) as running:
        yield running
    assert "Traceback" not in log.read_text()


def sound(seen: Seen) -> bool:
    tally = seen.tally()
    return not (tally.errors or tally.wrong or tally.dropped or tally.reconnects) and seen.requests() > 0


def test_users_are_shared_and_each_request_is_counted_once(pair: Generator, tmp_path: Path) -> None:
    with scripted(answering(HELLO, 0.005)) as server:
        seen = rotate(pair, tmp_path, target(server, pids=(os.getpid(),)), concurrency=5, slice_s=0.25)
        assert (server.connections, seen.requests()) == (5, len(server.asked))
    tally = seen.tally()
    assert sound(seen)
    assert tally.generators == 2
    assert len(tally.slices) == 2
    assert seen.requests() == seen.arrays["sut"].size + 2 * 5  # the first of each user and slice has no time
    assert all(0.25 <= one.busy_s < 0.6 and one.cpu_ns > 0 and one.generator_cpu_ns > 0 for one in tally.slices)
    assert 5 <= seen.ms(5) < seen.ms(50) < 40
    waited_s, held_s = sum(one.waited_s for one in tally.slices), sum(one.held_s for one in tally.slices)
    assert waited_s / held_s == pytest.approx(1, rel=0.05)
    assert sum(one.received_bytes for one in tally.slices) == seen.requests() * len(HELLO)


def test_a_known_speed_is_seen(pair: Generator, tmp_path: Path) -> None:
    with scripted(paced(HELLO, 0.002)) as server:
        looks = [rotate(pair, tmp_path, target(server), concurrency=8, slice_s=0.2) for _ in range(3)]
    assert all(map(sound, looks))
    assert max(seen.rps() for seen in looks) == pytest.approx(500, rel=0.07)


def test_arrivals_are_those_of_one_generator(pair: Generator, load: Generator, tmp_path: Path) -> None:
    order: dict[str, Any] = {"slice_s": 0.4, "arrival_rate_rps": 200.0, "concurrency": 16}
    with scripted(answering(HELLO, 0.002)) as server:
        seen, alone = (rotate(one, tmp_path, target(server), **order) for one in (pair, load))
    due = sum(len(poisson(200.0, 0.4, random.Random(f"1 plaintext arrivals {turn}"))) for turn in range(2))
    assert sound(seen)
    assert seen.requests() == alone.requests() == due == seen.arrays["sut.lag"].size
    assert seen.ms(50, "sut.service") < 15


def test_rows_are_used_up_once(pair: Generator, tmp_path: Path) -> None:
    with scripted(answering(Reference(stock=5000).answer, 0.002)) as server:
        seen = rotate(pair, tmp_path, target(server), workload="delete-item", turns=1)
    assert sound(seen)
    assert seen.tally().sampled >= 2


def test_a_server_that_fails_is_told_as_by_one_and_the_others_go_on(pair: Generator, tmp_path: Path) -> None:
    def silent(talk: Talk) -> None:
        while True:
            talk.request()

    with scripted(silent) as failing, scripted(answering(HELLO)) as healthy:
        seen = rotate(pair, tmp_path, target(failing), target(healthy, "healthy"))
    assert str(seen.tally().dropped).startswith("timed out")
    assert len(seen.tally("healthy").slices) == 2
    assert seen.tally("healthy").dropped is None


def test_an_address_that_is_not_of_this_machine_cannot_be_listened_at() -> None:
    with local.host("192.0.2.1") as host, pytest.raises(UsageError, match=r"Nothing can listen at 192\.0\.2\.1:5557: "):
        check_place(Team(2, MeetingPlace("192.0.2.1", 5557)), host)


@pytest.mark.slow
def test_generators_that_do_not_come_are_told_with_the_way_out(
    tmp_path: Path, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_COME_WITHIN_S", 1.0)
    place = MeetingPlace(host.address, host.free_port())
    with (
        pytest.raises(LoadError) as failed,
        generator(tmp_path / "log", host, frozenset(), Team(2, place)),
    ):
        pass
    assert str(failed.value) == (
        "Load generators are missing: 0 of 2 load generators joined within 1 s. Start each with `python -m bench "
        f"generator --join {place}` on its machine, or ask for fewer with --generators."
    )


def workers(place: str = "") -> list[psutil.Process]:
    below = psutil.Process().children(recursive=True)
    lines = {process: " ".join(process.cmdline()) for process in below if process.is_running()}
    return [process for process, line in lines.items() if "bench.load.worker" in line and place in line]


@pytest.mark.slow
def test_one_that_is_killed_costs_the_rotation_and_the_next_is_measured_by_the_other(
    tmp_path: Path, host: Host
) -> None:
    before = set(workers())
    with generator(tmp_path / "log", host, frozenset(), Team(2)) as running, scripted(answering(HELLO)) as server:
        one, _ = set(workers()) - before
        threading.Timer(0.5, one.kill).start()
        seen = rotate(running, tmp_path, target(server), slice_s=1.0, answer_within_s=0.5)
        assert seen.tally().dropped == "1 of 2 load generators was lost while this was measured"
        again = rotate(running, tmp_path, target(server))
    assert sound(again)
    assert (again.tally().generators, server.connections >= 4) == (1, True)
    assert set(workers()) <= before


@pytest.mark.slow
def test_those_of_another_machine_join_late_as_well_and_end_with_the_run(tmp_path: Path, host: Host) -> None:
    place, ends, joined = MeetingPlace(host.address, host.free_port()), list[Ending](), list[int]()

    def come(after_s: float) -> None:
        time.sleep(after_s)
        with local.host() as own:
            ends.extend(join(place, 1, own, joined.append))

    threads = [threading.Thread(target=come, args=(after_s,)) for after_s in (0.0, 6.0)]
    for thread in threads:
        thread.start()
    team = Team(1, place)
    with generator(tmp_path / "log", host, frozenset(), team) as running, scripted(answering(HELLO)) as server:
        assert rotate(running, tmp_path, target(server)).tally().generators == 1
        while len(joined) < 2:
            time.sleep(0.1)
        first = min(workers(f" {place.port}"), key=lambda process: process.create_time())
        first.send_signal(signal.SIGINT)
        time.sleep(1.5)
        assert sound(rotate(running, tmp_path, target(server)))
    for thread in threads:
        thread.join(20)
    assert ends == [Ending.DONE, Ending.DONE]


@pytest.mark.slow
def test_generators_end_by_themselves_when_the_master_is_gone(tmp_path: Path, host: Host) -> None:
    place, ends = MeetingPlace(host.address, host.free_port()), list[Ending]()

    def come() -> None:
        with local.host() as own:
            ends.extend(join(place, 1, own, lambda _: None))

    thread = threading.Thread(target=come)
    thread.start()
    with generator(tmp_path / "log", host, frozenset(), Team(1, place)) as running:
        os.kill(running._process.pid, signal.SIGKILL)
        thread.join(40)
    assert ends == [Ending.MASTER_GONE]


@pytest.mark.slow
def test_a_stall_is_as_long_through_three_generators_as_through_one(
    load: Generator, tmp_path: Path, host: Host
) -> None:
    """A server that stands still for 0.3 s of every second, at 200 requests a second."""

    def stalling(talk: Talk) -> None:
        while True:
            talk.request()
            if (into := time.perf_counter() % 1.0) < 0.3:
                talk.pause(0.3 - into)
            talk.say(HELLO)

    order: dict[str, Any] = {"turns": 1, "slice_s": 5.0, "arrival_rate_rps": 200.0, "concurrency": 96}
    with generator(tmp_path / "log", host, frozenset(), Team(3)) as three, scripted(stalling) as server:
        seen = [rotate(one, tmp_path, target(server), **order) for one in (load, three, load, three)]
    assert all(map(sound, seen))
    assert len({one.requests() for one in seen}) == 1
    for q in (80, 90, 99):
        alone, together = seen[0].ms(q), seen[1].ms(q)
        spread = max(abs(seen[0].ms(q) - seen[2].ms(q)), abs(seen[1].ms(q) - seen[3].ms(q)))
        assert together == pytest.approx(alone, abs=spread + 20), q
    assert seen[1].ms(99) == pytest.approx(295, abs=15)
