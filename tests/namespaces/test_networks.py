"""A run over networks that are slow, lossy, thin or interrupted, and what is left on either side of one that ends."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.analysis import limits
from bench.measure.reaching import TOKEN
from bench.store import archive, raw, storage
from bench.store.results import Cell, Run
from tests.commands import Commands, read_until, until
from tests.faults import yard
from tests.namespaces import hosts
from tests.namespaces.cable import Cable
from tests.namespaces.hosts import FAR_ADDRESS

pytestmark = pytest.mark.namespaces

CONCURRENCY, MANY = 4, 24
OUTAGE_S = 1.0
THIN_BYTES_S = 12.5e6
GONE_WITHIN_S = 60.0


@dataclass(frozen=True)
class Pair:
    """Two hosts with an agent on the far one."""

    cable: Cable
    near: Commands
    far: Commands
    agent: "subprocess.Popen[str]"
    door: str
    token: str

    def start(self, rounds: int = 2) -> "subprocess.Popen[str]":
        """A run from the near host."""
        arguments = ("run", "--profile", "tiny", "--rounds", str(rounds), "--agent", self.door)
        return self.near.start(*arguments, **{TOKEN: self.token})

    def run(self) -> Run:
        """A run from its beginning to its end."""
        process = self.start()
        code, said = self.near.ended(process)
        assert code == 0, said
        return self.stored()

    def stored(self) -> Run:
        return storage.load(archive.latest(self.results))

    def rounds(self) -> int:
        """The rounds that are stored so far."""
        return len(self.stored().rounds) if archive.every(self.results) else 0

    @property
    def results(self) -> Path:
        return self.near.results

    def servers(self) -> list[str]:
        return [yard.command_line(process) for process in self.far.alive("tiny.py")]


@pytest.fixture
def pair(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Pair]:
    """The server of the only app is sound and has few users, unless a test asks for others."""
    server, users = getattr(request, "param", ("sound", CONCURRENCY))
    yard.add(yard.workspace(tmp_path), "one", server)
    with hosts.two() as laid:
        module = ("tests.namespaces.command", str(tmp_path), str(users))
        with (
            Commands(tmp_path, *module, before=hosts.within(laid.far)) as far,
            Commands(tmp_path, *module, before=hosts.within(laid.near)) as near,
        ):
            agent = far.start("agent", "--listen", f"{FAR_ADDRESS}:7070", "--trust-network")
            assert agent.stdout
            door, token = agent.stdout.readline().split()
            yield Pair(laid.cable, near, far, agent, door, token)


def closed(run: Run) -> list[Cell]:
    return [cell for round_ in run.rounds for cell in round_.sound_cells() if cell.workload == "json"]


def by_sut(run: Run) -> list[list[Cell]]:
    return [[cell for cell in closed(run) if cell.sut == sut] for sut in ("one", "twin")]


@pytest.mark.parametrize("round_trip_ms", [1, 20])
def test_latency_in_a_closed_loop_is_what_arithmetic_says(pair: Pair, round_trip_ms: int) -> None:
    round_trip_s = round_trip_ms / 1000
    pair.cable.delay_s = round_trip_s / 2
    run = pair.run()
    network = run.environment.network
    assert network is not None
    assert round_trip_s <= network.round_trip_p50_s < 1.5 * round_trip_s + 0.002
    assert run.failures == ()
    for cell in closed(run):
        times_s = raw.times(archive.latest(pair.results), 1, "json", cell.sut)
        assert times_s is not None
        assert round_trip_s <= times_s.min() < round_trip_s + 0.003, "the way, and what a tiny server takes"
        assert round_trip_s <= cell.response_p50_s < 2 * round_trip_s + 0.005, "or the cable, on a busy machine"
        rps = cell.requests / cell.busy_s
        assert rps < CONCURRENCY / round_trip_s
        assert rps == pytest.approx(CONCURRENCY / cell.response_mean_s, rel=0.1)
        assert cell.cpu_ns > 0
    (check,) = [check for check in run.checks if check.id == "network"]
    fastest = max(sum(cell.requests for cell in own) / sum(cell.busy_s for cell in own) for own in by_sut(run))
    assert check.value == pytest.approx(fastest * network.round_trip_p50_s / CONCURRENCY)


def test_a_network_that_loses_one_in_a_hundred_is_measured_and_told(pair: Pair) -> None:
    pair.cable.lost = 0.01
    run = pair.run()
    network = run.environment.network
    assert network is not None
    assert network.resent_share is not None
    assert 0.001 < network.resent_share < 0.1
    assert [check.status for check in run.checks if check.id == "network"] == ["warn"]
    assert len(run.rounds) == 2
    assert closed(run)


@pytest.mark.parametrize("pair", [("wide", MANY)], indirect=True)
def test_a_thin_cable_is_named_where_answers_fill_it(pair: Pair) -> None:
    """100 Mbit/s, and answers of 16 KiB to so many users that it stays full while a busy machine is late."""
    pair.cable.bytes_s = THIN_BYTES_S
    run = pair.run()
    network = run.environment.network
    assert network is not None
    for bytes_s in (network.to_servers_bytes_s, network.from_servers_bytes_s):
        assert 0.6 * THIN_BYTES_S < bytes_s < 1.1 * THIN_BYTES_S
    for cell in closed(run):
        assert cell.received_bytes == pytest.approx(cell.requests * 16 * 1024, rel=0.02)
        assert cell.received_bytes / cell.busy_s < THIN_BYTES_S
    (throughput,) = [one for one in run.measurements if (one.sut, one.metric) == ("one", "throughput_rps")]
    assert (throughput.at_least, throughput.note) == (True, "the network may have been the limit")
    (check,) = [check for check in run.checks if check.id == "network"]
    assert (check.status, check.limit) == ("warn", limits.FILLED)
    assert "the bandwidth may have held down" in check.detail


def test_a_cable_that_is_out_for_a_moment_costs_nothing_that_was_measured(pair: Pair) -> None:
    process = pair.start(rounds=4)
    assert until(lambda: pair.rounds() >= 1)
    time.sleep(0.3)  # in one of its slices, most likely
    pair.cable.out = True
    time.sleep(OUTAGE_S)
    pair.cable.out = False
    code, said = pair.near.ended(process)
    assert code in (0, 1), said
    run = pair.stored()
    assert (run.run.status, len(run.rounds)) == ("complete", 4)
    assert len(closed(run)) + len(run.failures) >= 8, "what was no measurement is told as such"
    assert not pair.servers()


def test_a_cable_that_stays_out_ends_the_run_on_both_sides(pair: Pair) -> None:
    process = pair.start(rounds=90)
    assert until(lambda: pair.rounds() >= 1)
    pair.cable.out = True
    code, said = pair.near.ended(process)
    assert code == 2
    last = said.strip().splitlines()[-1]
    assert f"gent at {pair.door} is gone" in last
    assert "kept in" in said
    assert pair.rounds() >= 1
    assert until(lambda: not pair.servers(), GONE_WITHIN_S)
    read_until(pair.agent, "is over; nothing of it runs here any more.")
    assert pair.near.alive("bench.load") == []


def test_an_agent_that_dies_ends_the_run_and_leaves_nothing(pair: Pair) -> None:
    process = pair.start(rounds=90)
    assert until(lambda: pair.rounds() >= 1)
    for running in pair.far.alive(" agent ", "tests.namespaces.command"):
        running.kill()
    code, said = pair.near.ended(process)
    assert (code, "kept in" in said) == (2, True)
    assert f"gent at {pair.door} is gone" in said.strip().splitlines()[-1]
    assert pair.rounds() >= 1
    assert pair.near.all_gone()
