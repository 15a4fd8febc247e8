"""One round: every SUT and its twin side by side, tables put back, and a server that fails costs nobody else a figure.

Servers and generator are fakes.
"""

import contextlib
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.errors import DatabaseError, DatabaseLocked, LoadError, ServerError
from bench.host.clock import Clock
from bench.host.protocol import Cpus
from bench.load.protocol import Order, Reply, Slice, Tally
from bench.measure import plan, rounds
from bench.measure.arrivals import two_digits
from bench.measure.bench import Bench
from bench.measure.ground import Field
from bench.measure.here import LocalField
from bench.measure.profiles import PROFILES
from bench.model import EVERYTHING, TWIN, App, Failure, Sut
from bench.store import raw
from bench.store.results import Round
from bench.suts import servers
from tests import builders
from tests.databases.memory import MemoryTemplate
from tests.fake_host import FakeHost

PROFILE = replace(PROFILES["quick"], workloads=("read-item", "delete-item", "crud-mix"), open_workloads=("read-item",))
APPS = [builders.app(name) for name in ("flask", "wsgi")]


@dataclass
class FakeServer:
    """Up until `dies` says otherwise."""

    sut: Sut
    port: int
    start_s: float = 0.25
    dead: bool = False
    asked: bool = False
    words: str = ""
    log: Path = Path("/nowhere/server.log")
    host: FakeHost = field(default_factory=FakeHost)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def pids(self) -> tuple[int, ...]:
        return (self.port * 10,)

    def log_bytes(self) -> int:
        return 0

    def last_words(self, since_bytes: int) -> str:
        return self.words

    def check_alive(self) -> None:
        if self.dead:
            raise ServerError(f"{self.sut.id} died with signal SIGKILL")

    def ask_to_stop(self) -> None:
        self.asked = True


@dataclass
class Stage:
    """What happened in a round, and what is to go wrong in it."""

    folder: Path
    host: FakeHost = field(default_factory=FakeHost)
    workers: dict[str, int] = field(default_factory=dict)
    rps: dict[str, float] = field(default_factory=lambda: {"flask": 1000.0, "wsgi": 2000.0})
    never_up: tuple[str, ...] = ()
    not_smooth: tuple[str, ...] = ()
    tallies: Callable[[Order, Tally], Tally] = lambda order, tally: tally
    locked: tuple[str, ...] = ()
    databases: MemoryTemplate = field(init=False)
    up: dict[str, FakeServer] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    restored: list[tuple[str, int]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    shown: list[tuple[str, int]] = field(default_factory=list)
    forgot: bool = False

    def do(
        self, rates: dict[str, float] | None = None, profile: plan.Profile = PROFILE, apps: Sequence[App] = APPS
    ) -> Round:
        wanted = plan.make(profile, apps, 7)
        wanted = replace(
            wanted, suts=tuple(Sut.of(sut.app, workers=self.workers.get(sut.id, 1)) for sut in wanted.suts)
        )
        plan_ = plan.round_plan(wanted, 1)
        self.databases = MemoryTemplate(self.restore)
        here, (on_servers, _) = self.folder, self.host.cpu_sets(wanted.most_workers)
        bench = Bench(profile, here, here, here, self.field(on_servers), self.host, self)  # type: ignore[arg-type]
        return rounds.RoundRunner(bench, plan_, self.messages.append).do({} if rates is None else rates)

    def field(self, on_servers: Cpus) -> Field:
        return LocalField(self.host, self.folder, self.folder, {"sqlite": self.databases}, on_servers)

    @contextlib.contextmanager
    def serve(self, sut: Sut, database_url: str, *_: object, **__: object) -> Iterator[FakeServer]:
        if sut.id in self.never_up:
            raise ServerError(f"{sut.id} ended with exit code 1 before it was ready.")
        assert database_url == self.databases.copies[sut.id].url
        server = self.up[sut.id] = FakeServer(sut, 9000 + len(self.up))
        try:
            yield server
        finally:
            server.dead = True

    def smoke(self, url: str, unsupported: Container[str]) -> None:
        if any(server.url == url and name in self.not_smooth for name, server in self.up.items()):
            raise ServerError("GET /json was answered 500")

    def restore(self, name: str, stock: int) -> None:
        if name in self.locked:
            raise DatabaseLocked(f"The database {name} is locked.")
        self.restored.append((name, stock))

    def forget(self) -> None:
        self.forgot = True

    def show(self, workload: str, order: Order, reply: Reply) -> None:
        self.shown.append((workload, len(self.orders)))
        assert [tally.sut for tally in reply.tallies] == [target.sut for target in order.targets]

    def rotate(self, order: Order) -> Reply:
        self.orders.append(order)
        tallies = [self.tallies(order, self.tally(order, target.sut)) for target in order.targets]
        times = {tally.sut: np.full(sum(one.requests for one in tally.slices), 0.01) for tally in tallies}
        if order.targets[0].arrival_rate_rps:
            times |= {f"{name}.lag": values / 100 for name, values in times.items()}
        Path(order.times).parent.mkdir(exist_ok=True)
        np.savez(order.times, **times)
        return Reply(tuple(tallies), 1.0)

    def tally(self, order: Order, sut: str) -> Tally:
        rps = self.rps.get(sut, 500.0)
        one = Slice(0.0, order.slice_s, round(rps * order.slice_s), 10**8, 10**7, 10**6)
        return Tally(sut, (one,) * order.turns, sampled=3)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    here = Stage(tmp_path)
    monkeypatch.setattr(servers, "serve", here.serve)
    monkeypatch.setattr(rounds.smoke, "check", here.smoke)
    return here


def workloads_of(done: Round, sut: str) -> set[str]:
    return {cell.workload for cell in done.sound_cells() if cell.sut == sut}


def test_every_sut_and_the_twin_take_part_in_every_workload(stage: Stage) -> None:
    done = stage.do()
    assert set(stage.up) == {"flask", "wsgi", TWIN}
    assert stage.up[TWIN].sut.app.name == done.twin_of
    assert all({target.sut for target in order.targets} == set(stage.up) for order in stage.orders)
    assert done.start_s == {"flask": 0.25, "wsgi": 0.25, TWIN: 0.25}
    for sut in stage.up:
        assert workloads_of(done, sut) == {"read-item", "delete-item", "crud-mix", "read-item-open"}
    assert done.failures == ()
    assert stage.forgot
    assert len(stage.shown) == len(stage.orders)
    assert {workload for workload, _ in stage.shown} == workloads_of(done, "flask")
    assert all(server.asked for server in stage.up.values()), "they end side by side"


def test_who_does_not_offer_a_workload_is_not_loaded_with_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    apps = [replace(app, unsupported={"read-item": "no"} if app.name == "flask" else {}) for app in APPS]
    monkeypatch.setattr(
        rounds.workloads, "asked", lambda workload, without: not set(workload.operations) & set(without)
    )
    done = stage.do(apps=apps)
    lacking = {"flask", TWIN} if done.twin_of == "flask" else {"flask"}
    for sut in stage.up:
        offered = {"delete-item"} if sut in lacking else {"read-item", "delete-item", "crud-mix", "read-item-open"}
        assert workloads_of(done, sut) == offered
    assert done.failures == ()


def test_what_leaves_servers_large_comes_last(stage: Stage) -> None:
    profile = replace(PROFILE, workloads=("reprice-list", "read-item", "browse"), crawl_pages=0)
    stage.do(profile=profile)
    assert [order.workload.id for order in stage.orders][-1] == "reprice-list"
    last = stage.orders[-1]
    assert (last.concurrency, last.slice_s, last.turns) == (2, 1.0, 3), "few users, who have several answers in a slice"
    assert {order.workload.id for order in stage.orders[:-1]} == {"read-item", "browse"}


def test_a_cell_is_the_sum_of_its_slices_and_the_percentiles_of_its_times(stage: Stage) -> None:
    (one,) = [cell for cell in stage.do().cells if (cell.sut, cell.workload) == ("flask", "read-item")]
    assert (one.requests, one.busy_s, one.slices) == (400, pytest.approx(0.4), 16)
    assert (one.cpu_ns, one.generator_cpu_ns, one.database_cpu_ns) == (16 * 10**8, 16 * 10**7, 16 * 10**6)
    assert (one.response_mean_s, one.response_p50_s, one.response_p99_s) == pytest.approx((0.01, 0.01, 0.01))
    assert (one.memory_peak_bytes, one.sampled, one.lag_p99_s) == (50 * 2**20, 3, None)
    assert (one.steal_share, one.cpus) == (pytest.approx(0.1), 1)


def test_each_server_is_on_a_cpu_for_each_of_its_workers_as_far_as_there_are_so_many(stage: Stage) -> None:
    stage.host.cpus, stage.workers = 4, {"flask": 2, "wsgi": 8}
    done = stage.do()
    here = {name: stage.host.pinned[pid] for name, server in stage.up.items() for pid in server.pids()}
    assert (here["flask-2w"], here["wsgi-8w"]) == ({0, 1}, {0, 1, 2})
    assert here[TWIN] == here[str(done.twin_of)]
    assert {(cell.sut, cell.cpus) for cell in done.cells} == {(name, len(cpus)) for name, cpus in here.items()}


def test_the_generator_is_told_where_servers_are_and_which_clock_shows_their_cost(stage: Stage) -> None:
    stage.do()
    for target in stage.orders[0].targets:
        server = stage.up[target.sut]
        assert (target.host, target.port) == (stage.host.address, server.port)
        assert target.clock == Clock(server.pids())
        assert target.database == Clock((1,)), "the process of the made-up database"


def test_the_first_workload_warms_up_the_fresh_processes(stage: Stage) -> None:
    stage.do({})
    first, *others = (order for order in stage.orders if order.targets[0].arrival_rate_rps is None)
    assert first.warm_up_turns == PROFILE.warm_up_turns + PROFILE.first_turns > PROFILE.warm_up_turns
    assert {order.warm_up_turns for order in others} == {PROFILE.warm_up_turns}


def test_the_open_loop_comes_last_at_a_rate_that_the_slowest_can_carry(stage: Stage) -> None:
    stage.rps |= {"flask": 1240.0, TWIN: 1500.0}
    rates: dict[str, float] = {}
    done = stage.do(rates)
    assert rates == {"read-item": 500.0}, "two fifths of 1240, as a number that people can say"
    last = stage.orders[-1]
    assert {target.arrival_rate_rps for target in last.targets} == {500.0}
    assert (last.concurrency, last.warm_up_turns) == (PROFILE.open_connections, 0)
    assert (last.turns, last.slice_s) == (PROFILE.open_turns, PROFILE.open_slice_s)
    (opened,) = [cell for cell in done.cells if (cell.sut, cell.workload) == ("flask", "read-item-open")]
    assert opened.lag_p99_s == pytest.approx(0.0001)


def test_a_rate_that_was_chosen_stays(stage: Stage) -> None:
    rates = {"read-item": 77.0}
    stage.do(rates)
    assert rates == {"read-item": 77.0}
    assert {target.arrival_rate_rps for target in stage.orders[-1].targets} == {77.0}


def test_then_requests_arrive_at_shares_of_what_each_managed(stage: Stage) -> None:
    stage.rps |= {"flask": 1000.0, "wsgi": 4000.0, TWIN: 2000.0}
    done = stage.do({}, replace(PROFILE, own_shares=(0.5, 0.9)))
    last = {target.sut: target.arrival_rate_rps for target in stage.orders[-1].targets}
    assert last == pytest.approx({"flask": 900.0, "wsgi": 3600.0, TWIN: 1800.0})
    assert {"read-item-open-50", "read-item-open-90"} <= workloads_of(done, "flask")
    assert [(order.turns, order.slice_s) for order in stage.orders[-3:]] == [
        (PROFILE.open_turns, PROFILE.open_slice_s),
        *[(1, PROFILE.queue_slice_s)] * 2,
    ], "near its capacity a server's queue takes its time to grow"


def test_the_capacity_is_where_the_server_stops_keeping_up(stage: Stage) -> None:
    """A server that carries 700 a second, but did 1,000 in the closed loop; the search comes within 3 % of it."""
    stage.rps |= {"flask": 1000.0, "wsgi": 4000.0, TWIN: 2000.0}

    def tallies(order: Order, tally: Tally) -> Tally:
        rate = next(target.arrival_rate_rps for target in order.targets if target.sut == tally.sut)
        return replace(tally, backlog=500) if tally.sut == "flask" and (rate or 0) > 700 else tally

    stage.tallies = tallies
    done = stage.do({}, replace(PROFILE, capacity_workloads=("read-item",)))
    assert done.capacities["read-item"]["flask"] == pytest.approx(700, rel=0.03)
    assert done.capacities["read-item"]["wsgi"] == pytest.approx(4400, rel=0.03)
    assert not done.failures, "a rate that is not carried is a finding, and no failure"
    assert stage.orders[-1].slice_s == PROFILE.queue_slice_s, "in a short one no queue grows beyond the objective"


def test_who_failed_does_not_set_the_pace(stage: Stage) -> None:
    stage.tallies = lambda order, tally: (
        replace(tally, slices=tally.slices[:1] and (replace(tally.slices[0], requests=2),), errors={"reset": 9})
        if tally.sut == "flask"
        else tally
    )
    stage.rps[TWIN] = 2000.0
    rates: dict[str, float] = {}
    stage.do(rates)
    assert rates == {"read-item": 800.0}


def test_tables_are_put_back_after_writing_and_stocked_before_deleting(stage: Stage) -> None:
    stage.do()
    expected: list[tuple[str, int]] = []
    everyone = list(stage.up)
    for order in stage.orders:
        for stock in ([order.workload.stock] if order.workload.stock else []) + ([0] if order.workload.writes else []):
            expected += [(name, stock) for name in everyone]
    assert stage.restored == expected
    assert len(expected) == 3 * 3


@pytest.mark.parametrize("sut", ["flask", TWIN])
def test_a_server_that_never_comes_up_costs_the_others_nothing(stage: Stage, sut: str) -> None:
    stage.never_up = (sut,)
    done = stage.do()
    assert done.failures == (Failure(sut, EVERYTHING, f"{sut} ended with exit code 1 before it was ready."),)
    assert sut not in done.start_s
    assert workloads_of(done, sut) == set()
    assert len(workloads_of(done, "wsgi")) == 4


def test_a_server_that_does_not_do_its_job_is_not_loaded(stage: Stage) -> None:
    stage.not_smooth = ("flask",)
    done = stage.do()
    assert done.failures == (Failure("flask", EVERYTHING, "GET /json was answered 500"),)
    assert all("flask" not in {target.sut for target in order.targets} for order in stage.orders)


def test_a_server_that_dies_under_load_is_out_and_the_others_go_on(stage: Stage) -> None:
    def kill(order: Order, tally: Tally) -> Tally:
        if tally.sut == "flask" and len(stage.orders) == 2:
            stage.up["flask"].dead = True
            return replace(tally, dropped="refused")
        return tally

    stage.tallies = kill
    done = stage.do()
    second = stage.orders[1].workload.id
    assert done.failures == (Failure("flask", second, "flask died with signal SIGKILL"),)
    assert workloads_of(done, "flask") == {stage.orders[0].workload.id}
    assert len(workloads_of(done, "wsgi")) == 4
    assert {target.sut for target in stage.orders[2].targets} == {"wsgi", TWIN}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"errors": {"status 500": 2}}, "errors: 2 x status 500"),
        ({"wrong": ("GET /items/1: price_cents",)}, "a wrong answer under load: GET /items/1: price_cents"),
        ({"dropped": "timed out: no answer within 5.1 s"}, "timed out: no answer within 5.1 s"),
        ({"slices": ()}, "no request was answered"),
    ],
)
def test_a_cell_with_anything_wrong_is_a_failure_and_no_figure(
    stage: Stage, changes: dict[str, Any], reason: str
) -> None:
    stage.tallies = lambda order, tally: (
        replace(tally, **changes) if (tally.sut, order.workload.id) == ("flask", "crud-mix") else tally
    )
    done = stage.do()
    assert done.failures == (Failure("flask", "crud-mix", reason),)
    assert workloads_of(done, "flask") == {"read-item", "delete-item", "read-item-open"}


def test_a_server_that_replaces_its_workers_is_a_failure_and_no_figure(stage: Stage) -> None:
    def replace_workers(order: Order, tally: Tally) -> Tally:
        stage.up["flask"].port += tally.sut == "flask"
        return tally

    stage.tallies = replace_workers
    done = stage.do()
    assert {failure.sut for failure in done.failures} == {"flask"}
    assert "started or ended processes under load" in done.failures[0].reason


def test_a_hung_server_that_keeps_its_database_locked_is_out(stage: Stage) -> None:
    stage.locked = ("flask",)
    done = stage.do()
    (failure,) = done.failures
    assert (failure.sut, failure.workload) == ("flask", EVERYTHING)
    assert failure.reason == "its database could not be put back: The database flask is locked."
    assert len(workloads_of(done, "wsgi")) == 4


def test_a_database_that_fails_otherwise_ends_the_run(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(stage, "restore", full)
    with pytest.raises(DatabaseError, match="disk is full"):
        stage.do()
    assert all(server.dead for server in stage.up.values())


def test_servers_end_when_the_generator_fails(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Order) -> Reply:
        raise LoadError("The load generator died.")

    monkeypatch.setattr(stage, "rotate", fail)
    with pytest.raises(LoadError):
        stage.do()
    assert len(stage.up) == 3
    assert all(server.dead for server in stage.up.values())


def test_a_round_without_any_server_is_over_at_once(stage: Stage) -> None:
    stage.never_up = ("flask", "wsgi", TWIN)
    done = stage.do()
    assert (done.cells, len(done.failures), stage.orders) == ((), 3, [])


def test_what_is_being_done_is_told(stage: Stage) -> None:
    stage.do()
    assert sorted(stage.messages[:3]) == ["starting flask", "starting twin", "starting wsgi"]
    assert sorted(stage.messages[3:6]) == ["crud-mix", "delete-item", "read-item"]
    assert stage.messages[6:] == ["read-item-open"]


def test_raw_times_stand_beside_the_run(stage: Stage) -> None:
    stage.do()
    times = raw.times(stage.folder, 1, "crud-mix", "flask")
    assert times is not None
    assert times.size == 400


@pytest.mark.parametrize(("value", "rounded"), [(1234.0, 1200.0), (0.987, 0.99), (99.6, 100.0), (7.0, 7.0)])
def test_rates_are_numbers_that_people_can_say(value: float, rounded: float) -> None:
    assert two_digits(value) == rounded
