"""A run: rounds until the intervals are narrow enough, everything on disk after each of them."""

import math
import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bench.analysis import derive
from bench.crawl import process
from bench.host.scratch import scratch
from bench.load.client import generator
from bench.measure import descriptions, in_process, rounds
from bench.measure.bench import Bench
from bench.measure.crawls import Circuit
from bench.measure.ground import Ground
from bench.measure.plan import Plan, RoundPlan, round_plan
from bench.measure.progress import Progress, Watch
from bench.metrics import CPU_PER_REQUEST, THROUGHPUT
from bench.micro.sessions import Setting
from bench.statistics import estimates, stats
from bench.store import archive, raw, storage
from bench.store.planned import Planned
from bench.store.results import Run, RunInfo
from bench.suts import environments
from bench.workspace import Workspace

_START_S = 0.6
"""A first guess at the time to start and stop a server."""


def begin(plan: Plan, command: str, verified: Sequence[str], workspace: Workspace, ground: Ground) -> Run:
    """A run in which nothing has been measured yet."""
    now = datetime.now(UTC)
    while (workspace.results / _id(now, plan)).exists():  # as after a clock was set back
        now += timedelta(seconds=1)
    info = RunInfo(
        id=_id(now, plan),
        started_at=now.isoformat(timespec="seconds"),
        finished_at=None,
        profile=plan.profile.name,
        seed=plan.seed,
        command=command,
        status="partial",
    )
    return Run(
        run=info,
        environment=ground.environment(plan),
        suts=ground.suts(plan),
        workloads=(
            *(descriptions.closed(workload, plan.profile) for workload in plan.workloads),
            *descriptions.crawled(plan.crawl_pages),
            *descriptions.started(plan.profile),
        ),
        baseline=plan.baseline,
        plan=Planned(
            plan.profile,
            verified=tuple(verified),
            operations=plan.operations,
            against=plan.against,
            absent=plan.absent,
            generators=plan.team.generators,
            generators_join=plan.team.listen is not None,
        ),
    )


def _id(at: datetime, plan: Plan) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}-{plan.profile.name}"


def execute(plan: Plan, run: Run, folder: Path, workspace: Workspace, ground: Ground, watch: Watch) -> Run:
    """Do the rounds that `run` still lacks on `ground`, saving into `folder` after each; returns the complete run.

    Interrupted, it leaves the rounds so far, marked partial. Raises LoadError where the generator fails and
    StorageError where the disk is full; a server that fails is in the run's `failures`, and the others go on.
    """
    storage.save(run, folder)
    host = ground.host
    with ExitStack() as stack:
        aside = stack.enter_context(scratch(workspace.work / run.run.id))
        field = stack.enter_context(ground.field(plan, aside))
        _, on_generator = host.cpu_sets(plan.most_workers, max(plan.team.here, 1))
        load = stack.enter_context(generator(folder / "generator.log", host, on_generator, plan.team))
        bench = Bench(plan.profile, folder, aside, workspace.state, field, host, load)
        if plan.crawl_pages:
            python = environments.crawler_python(workspace.state)
            crawler = stack.enter_context(process.crawler(python, folder / "scrapy.log", host, on_generator))
            bench = replace(bench, circuit=Circuit(crawler, host, field.cpus, aside, workspace.state))
        while (number := len(run.rounds) + 1) <= _rounds_wanted(plan, run):
            run = _add_round(bench, plan, run, round_plan(plan, number), watch)
            archive.keep(run, folder)
        if plan.profile.in_process_rounds:
            run = _in_process(bench, plan, run, watch)
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    run = replace(run, run=replace(run.run, status="complete", finished_at=finished))
    archive.keep(run, folder)
    return run


def _add_round(bench: Bench, plan: Plan, run: Run, ahead: RoundPlan, watch: Watch) -> Run:
    rates = dict(run.plan.rates)
    began = bench.host.now_s()

    def tell(doing: str) -> None:
        spent, expected = bench.host.now_s() - began, rounds_expected(plan, run)
        left_of_round = max(_round_wall_s(plan, run) - spent, plan.round_load_s() - runner.load_s, 0.0)
        left = (
            left_of_round
            + (expected - ahead.number) * _round_wall_s(plan, run)
            + in_process.left_s(plan, run, bench.host)
        )
        watch(Progress(doing, ahead.number, expected, _spent_s(run) + spent, left))

    runner, before = rounds.RoundRunner(bench, ahead, tell), bench.field.throttling()
    done = runner.do(rates)
    throttling = bench.field.throttling() - before
    done = replace(done, throttling=throttling, loop_us=bench.field.loop_us())
    opened = tuple(
        info for workload in plan.open_workloads for info in descriptions.opened(workload, plan.profile, rates)
    )
    searched = tuple(descriptions.capacity(workload, plan.profile) for workload in plan.capacity_workloads)
    run = replace(
        run,
        rounds=(*run.rounds, done),
        plan=replace(run.plan, rates=rates),
        workloads=tuple(one for one in run.workloads if one.kind in ("closed", "crawl", "start")) + opened + searched,
    )
    return derive.derive(run, partial(raw.times, bench.folder))


def _in_process(bench: Bench, plan: Plan, run: Run, watch: Watch) -> Run:
    kept = bench.folder / "micro"
    setting = Setting(
        plan.profile.micro_s, bench.host, bench.scratch, bench.state, kept, bench.field.templates[plan.databases[0]]
    )
    return in_process.do(plan, run, setting, partial(derive.derive, times_of=partial(raw.times, bench.folder)), watch)


def _rounds_wanted(plan: Plan, run: Run) -> int:
    """The planned rounds; then one more at a time while the ratios are too wide and the budget lasts."""
    done = len(run.rounds)
    if done < plan.profile.rounds:
        return plan.profile.rounds
    if done >= _rounds_affordable(plan, run) or _rounds_lacking(plan, run) == 0:
        return done
    return done + 1


def rounds_expected(plan: Plan, run: Run) -> int:
    """The number of rounds that the run will probably have in the end, the current one included."""
    probable = min(len(run.rounds) + _rounds_lacking(plan, run), _rounds_affordable(plan, run))
    return max(plan.profile.rounds, len(run.rounds) + 1, probable if len(run.rounds) > 1 else 0)


def _rounds_affordable(plan: Plan, run: Run) -> int:
    within_budget = (plan.profile.budget_s - _spent_s(run)) // _round_wall_s(plan, run)
    return min(plan.profile.most_rounds, len(run.rounds) + max(int(within_budget), 0))


def _rounds_lacking(plan: Plan, run: Run) -> int:
    """How many more rounds should bring the ratios to the profile's half-width; at most to its limit."""
    done, limit = len(run.rounds), plan.profile.most_rounds
    return max(
        stats.rounds_needed(estimates.around(1.0, math.log1p(median_half_width(run, metric))), done, target, limit)
        for metric, target in zip((THROUGHPUT.id, CPU_PER_REQUEST.id), plan.profile.half_width, strict=True)
    )


def _spent_s(run: Run) -> float:
    return sum(round_.wall_s for round_ in run.rounds)


def median_half_width(run: Run, metric: str) -> float:
    """The median relative half-width of the closed loop's ratios of one metric; infinite while there is no interval."""
    closed = {workload.id for workload in run.workloads if workload.kind == "closed"}
    widths = [
        comparison.here.half_width
        for comparison in run.comparisons
        if comparison.metric == metric and comparison.workload in closed
    ]
    return statistics.median(widths) if widths else float("inf")


def _round_wall_s(plan: Plan, run: Run) -> float:
    """The time of a round: as seen so far, or before the first as guessed."""
    if run.rounds:
        return _spent_s(run) / len(run.rounds)
    return plan.round_load_s() + (len(plan.suts) + 1) * _START_S
