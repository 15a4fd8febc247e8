"""A run adds rounds while they are worth it, has everything on disk after each, and says honestly how long it takes.

Rounds, servers, generator and clock are fakes.
"""

import contextlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench import databases
from bench.environment import Throttling
from bench.errors import LoadError, StorageError
from bench.measure import plan, run
from bench.measure.here import LocalGround
from bench.measure.plan import Plan, RoundPlan
from bench.measure.profiles import PROFILES
from bench.measure.progress import Progress
from bench.model import TWIN
from bench.store import results, storage
from bench.store.results import Round, Run
from bench.suts import environments
from bench.workspace import Workspace
from tests import builders
from tests.builders import cell, one_round
from tests.databases.memory import Memory
from tests.fake_host import FakeHost

APPS = [builders.app(name) for name in ("flask", "wsgi")]
PROFILE = replace(
    PROFILES["quick"],
    workloads=("read-item",),
    open_workloads=("read-item",),
    rounds=3,
    most_rounds=6,
    micro_rounds=0,
    crawl_pages=0,
    half_width=(0.04, 0.03),
)
FACTS = builders.ENVIRONMENT
STARTING_S, LOADING_S, ENDING_S = 3.0, 15.0, 2.0
"""What a made-up round takes: in starting servers, under load, in ending them."""


def plan_of(**changes: Any) -> Plan:
    return plan.make(replace(PROFILE, **changes), APPS, 7)


@dataclass
class Laboratory:
    """The world around a run: a clock that only work moves, and rounds with the spread that is asked for."""

    folder: Path
    workspace: Workspace
    spread: float = 0.001
    host: FakeHost = field(default_factory=lambda: FakeHost(now=1000.0, environment=FACTS))
    planned: list[RoundPlan] = field(default_factory=list)
    rates_seen: list[dict[str, float]] = field(default_factory=list)
    before_round: Callable[[int], None] = lambda number: None
    progress: list[Progress] = field(default_factory=list)
    scratch: Path | None = None

    def round(self, runner: Any, rates: dict[str, float]) -> Round:
        bench, ahead, tell = runner.arguments
        self.planned.append(ahead)
        self.rates_seen.append(dict(rates))
        self.scratch = bench.scratch
        began = self.host.now
        for part in range(3):
            tell(f"starting {part}")
            self.host.now += STARTING_S / 3
        self.before_round(ahead.number)
        for part in range(5):
            runner.load_s = part * LOADING_S / 5
            tell("read-item")
            self.host.now += LOADING_S / 5
        self.host.now += ENDING_S
        rates.setdefault("read-item", 500.0)
        factor = 1 + self.spread * (ahead.number % 2)
        cells = [cell("wsgi", rps=2000), cell("flask", rps=1000 * factor, cpu_us=900 * factor)]
        cells += [cell(TWIN, rps=2000), cell("flask", "read-item-open", rps=500)]
        twin_of = ahead.twin_of.id
        cells[2] = replace(next(cell for cell in cells if cell.sut == twin_of), sut=TWIN)
        return one_round(ahead.number, cells, twin_of=twin_of, wall_s=self.host.now - began, load_s=LOADING_S)

    @property
    def ground(self) -> LocalGround:
        return LocalGround(self.host, self.workspace)

    def execute(self, ahead: Plan, begun: Run | None = None) -> Run:
        begun = begun or run.begin(ahead, "python -m bench run", ["flask", "wsgi"], self.workspace, self.ground)
        return run.execute(ahead, begun, self.folder, self.workspace, self.ground, self.progress.append)


@pytest.fixture
def laboratory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laboratory:
    here = Laboratory(tmp_path / "results" / "a-run", builders.workspace(tmp_path))

    class Runner:
        def __init__(self, *arguments: Any) -> None:
            self.arguments, self.load_s = arguments, 0.0

        def do(self, rates: dict[str, float]) -> Round:
            return here.round(self, rates)

    @contextlib.contextmanager
    def generator(*_: object) -> Iterator[None]:
        yield None

    monkeypatch.setattr(run.rounds, "RoundRunner", Runner)
    monkeypatch.setattr(run, "generator", generator)
    monkeypatch.setitem(databases.ENGINES, "sqlite", Memory())
    monkeypatch.setattr(environments, "versions", lambda app, packages, state: dict.fromkeys(packages, "1.0"))
    return here


def test_a_run_that_begins_knows_what_it_is_and_has_measured_nothing(laboratory: Laboratory) -> None:
    begun = run.begin(plan_of(), "python -m bench run", ["flask"], laboratory.workspace, laboratory.ground)
    assert re.fullmatch(r"\d{8}T\d{6}Z-quick", begun.run.id)
    assert (begun.run.status, begun.run.seed, begun.run.finished_at) == ("partial", 7, None)
    assert [sut.label for sut in begun.suts] == ["Flask 1.0", "Wsgi 1.0"]
    assert {sut.server for sut in begun.suts} == {"granian 1.0"}
    assert {sut.group for sut in begun.suts} == {"common"}
    assert [(workload.id, workload.kind, workload.concurrency) for workload in begun.workloads] == [
        ("read-item", "closed", 16),
        ("start", "start", None),
    ]
    assert begun.plan.verified == ("flask",)
    assert begun.environment.databases == {"memory": "1.0"}
    assert begun.rounds == ()


def test_what_a_quota_did_in_a_round_is_kept(laboratory: Laboratory) -> None:
    laboratory.host.throttled = (Throttling(10 * n, 3 * n) for n in itertools.count())
    done = laboratory.execute(plan_of())
    assert {round_.throttling for round_ in done.rounds} == {Throttling(10, 3)}


def test_native_servers_are_a_group_of_their_own(laboratory: Laboratory) -> None:
    begun = run.begin(plan_of(servers="both"), "", [], laboratory.workspace, laboratory.ground)
    assert [(sut.id, sut.group) for sut in begun.suts] == [
        ("flask", "common"), ("flask-gunicorn", "native"), ("wsgi", "common"), ("wsgi-gunicorn", "native"),
    ]  # fmt: skip


def test_enough_rounds_are_enough(laboratory: Laboratory) -> None:
    done = laboratory.execute(plan_of())
    assert [round_.number for round_ in done.rounds] == [1, 2, 3]
    assert (done.run.status, done.run.finished_at is None) == ("complete", False)
    assert done.comparisons and done.checks


def test_rounds_are_added_while_intervals_are_too_wide_up_to_the_limit(laboratory: Laboratory) -> None:
    laboratory.spread = 0.5
    assert len(laboratory.execute(plan_of()).rounds) == 6


def test_they_are_added_one_at_a_time_and_no_longer_than_needed(laboratory: Laboratory) -> None:
    """CPU per request, which here is to be known best, is the last to be known so well."""
    laboratory.spread = 0.06
    done = laboratory.execute(plan_of(most_rounds=30, budget_s=9999.0, half_width=(0.04, 0.03)))
    assert len(done.rounds) == 7
    assert run.median_half_width(done, "cpu_us_per_request") <= 0.03
    before = run.derive.derive(replace(done, rounds=done.rounds[:6]), lambda *_: None)
    assert run.median_half_width(before, "throughput_rps") < 0.04
    assert run.median_half_width(before, "cpu_us_per_request") > 0.03


def test_they_are_added_only_while_the_budget_lasts(laboratory: Laboratory) -> None:
    laboratory.spread = 0.5
    assert len(laboratory.execute(plan_of(budget_s=81.0)).rounds) == 4, "a round takes 20 s"
    laboratory.folder = laboratory.folder.with_name("another")
    assert len(laboratory.execute(plan_of(budget_s=10.0)).rounds) == 3, "those planned are always done"


def test_everything_is_on_disk_after_every_round(laboratory: Laboratory) -> None:
    seen: list[tuple[int, str]] = []

    def look(number: int) -> None:
        stored = storage.load(laboratory.folder)
        seen.append((len(stored.rounds), stored.run.status))
        assert bool(stored.measurements) == (number > 1), "a partial run can be reported"

    laboratory.before_round = look
    done = laboratory.execute(plan_of())
    assert seen == [(0, "partial"), (1, "partial"), (2, "partial")]
    assert storage.load(laboratory.folder).rounds == done.rounds
    assert storage.load(laboratory.folder).run.status == "complete"


@pytest.mark.parametrize("how", [KeyboardInterrupt(), LoadError("The load generator died."), StorageError("full")])
def test_what_was_measured_survives_whatever_ends_the_run(laboratory: Laboratory, how: BaseException) -> None:
    def end(number: int) -> None:
        if number == 3:
            raise how

    laboratory.before_round = end
    with pytest.raises(type(how)):
        laboratory.execute(plan_of())
    stored = storage.load(laboratory.folder)
    assert [round_.number for round_ in stored.rounds] == [1, 2]
    assert stored.run.status == "partial"
    assert stored.comparisons
    assert laboratory.scratch
    assert not laboratory.scratch.exists(), "databases are not left lying about"


def test_a_disk_that_fills_up_loses_only_the_round_under_way(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(number: int) -> None:
        if number == 2:
            monkeypatch.setattr(storage.os, "fsync", full)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    laboratory.before_round = fill
    with pytest.raises(StorageError, match="No space left on device"):
        laboratory.execute(plan_of())
    assert [round_.number for round_ in storage.load(laboratory.folder).rounds] == [1]


def test_an_interrupted_run_goes_on_as_it_would_have(laboratory: Laboratory) -> None:
    whole = laboratory.execute(plan_of())
    planned, laboratory.planned = laboratory.planned, []

    def stop(number: int) -> None:
        if number == 2:
            raise KeyboardInterrupt

    laboratory.before_round = stop
    laboratory.folder = laboratory.folder.with_name("interrupted")
    with pytest.raises(KeyboardInterrupt):
        laboratory.execute(plan_of())
    laboratory.before_round = lambda number: None
    done = laboratory.execute(plan_of(), storage.load(laboratory.folder))
    assert laboratory.planned == [*planned[:2], *planned[1:]]
    assert [round_.cells for round_ in done.rounds] == [round_.cells for round_ in whole.rounds]
    assert (done.run.status, len(done.rounds)) == ("complete", 3)


def test_rates_are_found_once_and_kept_for_the_whole_run_and_beyond_an_interruption(laboratory: Laboratory) -> None:
    done = laboratory.execute(plan_of())
    assert laboratory.rates_seen == [{}, {"read-item": 500.0}, {"read-item": 500.0}]
    (opened,) = [workload for workload in done.workloads if workload.kind == "open"]
    assert (opened.id, opened.arrival_rate_rps, opened.concurrency) == ("read-item-open", 500.0, 64)
    assert [workload.id for workload in done.workloads] == ["read-item", "start", "read-item-open"]
    partial = replace(done, rounds=done.rounds[:1], run=replace(done.run, status="partial"))
    laboratory.rates_seen.clear()
    laboratory.folder = laboratory.folder.with_name("resumed")
    laboratory.execute(plan_of(), partial)
    assert laboratory.rates_seen == [{"read-item": 500.0}] * 2


def test_progress_counts_down_and_what_is_left_is_what_comes(laboratory: Laboratory) -> None:
    began = laboratory.host.now
    laboratory.execute(plan_of())
    total = laboratory.host.now - began
    messages = laboratory.progress
    assert [step.round for step in messages] == sorted(step.round for step in messages)
    assert {step.rounds for step in messages} == {3}
    after_first = [step for step in messages if step.round > 1]
    assert all(later.left_s < earlier.left_s for earlier, later in itertools.pairwise(after_first))
    assert all(step.done_s + step.left_s == pytest.approx(total) for step in after_first)
    before = [step.done_s + step.left_s for step in messages if step.round == 1]
    assert before[0] == pytest.approx(3 * (plan_of().round_load_s() + 3 * run._START_S)), "a guess, before any round"


def test_rounds_that_will_probably_be_added_are_in_what_is_left(laboratory: Laboratory) -> None:
    laboratory.spread = 0.5
    began = laboratory.host.now
    laboratory.execute(plan_of())
    total = laboratory.host.now - began
    third = [step for step in laboratory.progress if step.round == 3]
    assert {step.rounds for step in third} == {6}
    assert all(step.done_s + step.left_s == pytest.approx(total) for step in third)


def test_a_round_that_takes_longer_than_the_others_leaves_what_its_load_needs(laboratory: Laboratory) -> None:
    def dawdle(number: int) -> None:
        laboratory.host.now += 100.0 * (number == 2)

    laboratory.before_round = dawdle
    ahead = plan_of(most_rounds=3, turns=50)
    laboratory.execute(ahead)
    late = [step for step in laboratory.progress if step.round == 2 and step.doing == "read-item"]
    assert all(step.left_s >= 20.0 for step in late), "at least the third round"
    assert late[0].left_s == pytest.approx(ahead.round_load_s() + 20.0)


def test_the_half_width_is_the_median_over_closed_loops() -> None:
    def ratio(workload: str | None, half_width: float | None) -> results.Comparison:
        low, high = (1 / (1 + half_width), 1 + half_width) if half_width is not None else (None, None)
        return builders.comparison("flask", "wsgi", workload, "throughput_rps", 1.0, low, high, "tie")

    closed = tuple(replace(builders.READ, id=name) for name in "abc")
    opened = (ratio("read-item-open", 9.0), ratio("read-item-open", 9.0))
    ratios = (ratio("a", 0.1), ratio("b", 0.2), ratio("c", 0.9), ratio(None, 9.0), *opened)
    bare = builders.run([], workloads=(*closed, builders.READ_OPEN), comparisons=ratios)
    assert run.median_half_width(bare, "throughput_rps") == pytest.approx(0.2)
    unknown = builders.run([], workloads=closed, comparisons=(ratio("a", 0.1), ratio("b", None)))
    assert run.median_half_width(unknown, "throughput_rps") == float("inf")
    assert run.median_half_width(unknown, "cpu_us_per_request") == float("inf")


def test_a_second_that_comes_again_replaces_no_run(laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    monkeypatch.setattr(run, "datetime", Stopped)
    arguments = (plan_of(), "", [], laboratory.workspace, laboratory.ground)
    first = run.begin(*arguments).run.id
    (laboratory.workspace.results / first).mkdir(parents=True)
    assert run.begin(*arguments).run.id == first.replace("T030405Z", "T030406Z")
