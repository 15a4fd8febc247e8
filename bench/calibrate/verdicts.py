"""Are the verdicts right? Runs of a profile over an app, a second copy of it, and copies that were slowed by known
shares.
"""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.calibrate.slowed import slowed
from bench.contract import workloads
from bench.estimate import Verdict
from bench.host.protocol import Host
from bench.measure import run
from bench.measure.here import LocalGround
from bench.measure.plan import Plan
from bench.measure.progress import Progress
from bench.measure.progress import Watch as WatchRun
from bench.metrics import CPU_PER_REQUEST, THROUGHPUT
from bench.model import Sut
from bench.profile import Profile
from bench.store.results import Comparison, Run
from bench.workspace import Workspace

METRICS = (THROUGHPUT.id, CPU_PER_REQUEST.id)

Watch = Callable[[int, Progress], None]
"""Called with the number of a run and each of its steps."""


@dataclass(frozen=True, slots=True)
class Place:
    """The machine that runs are made on, and where they are stored: in `scratch`, which goes away."""

    host: Host
    scratch: Path
    workspace: Workspace


@dataclass(frozen=True, slots=True)
class Planted:
    """What a run said overall of a copy that uses `share` more CPU time: 0.05 is 5 %."""

    share: float
    throughput: str
    throughput_ratio: float
    cpu: str
    cpu_ratio: float


@dataclass(frozen=True, slots=True)
class Trial:
    """One run.

    `false` verdicts call one of two equal copies faster or slower, out of `verdicts`; `planted` are those on the slowed
    copies. Half-widths are the medians over all ratios of the run, relative; `load_share` is the part of the wall spent
    under load.
    """

    seed: int
    rounds: int
    wall_s: float
    load_share: float
    verdicts: int
    false: tuple[str, ...]
    planted: tuple[Planted, ...]
    half_width_throughput: float
    half_width_cpu: float
    noise_floor: dict[str, float]


def trials(
    profile: Profile, sut: Sut, shares: Sequence[float], seeds: Sequence[int], place: Place, watch: Watch
) -> list[Trial]:
    """One run for each seed, with one slowed copy for each share; nothing but the seed differs."""
    equals = (sut, replace(sut, alias=f"{sut.id}-copy"))
    slow = {share: slowed(sut, share, place.scratch / f"slowed-{share}") for share in shares}
    return [
        judge(
            execute(profile, (*equals, *slow.values()), seed, place, partial(watch, number)),
            sut.id,
            equals[1].id,
            {share: one.id for share, one in slow.items()},
        )
        for number, seed in enumerate(seeds, 1)
    ]


def execute(profile: Profile, suts: Sequence[Sut], seed: int, place: Place, watch: WatchRun) -> Run:
    """One run of a profile over SUTs of one app, the first of which is the baseline."""
    app = suts[0].app
    plan = Plan(
        profile=profile,
        suts=tuple(suts),
        workloads=tuple(map(workloads.find, profile.workloads)),
        open_workloads=tuple(map(workloads.find, profile.open_workloads)),
        baseline=suts[0].id,
        seed=seed,
    )
    ground = LocalGround(place.host, place.workspace)
    begun = run.begin(plan, "calibrate", [app.name], place.workspace, ground)
    return run.execute(plan, begun, place.scratch / f"trial-{seed}", place.workspace, ground, watch)


def judge(done: Run, sut: str, copy: str, slow: Mapping[float, str]) -> Trial:
    """The verdicts of a run on a copy that is equal, and on those that are slower by a known share."""
    equal = [
        comparison
        for comparison in done.comparisons
        if (comparison.baseline, comparison.sut) == (sut, copy) and comparison.metric in METRICS
    ]
    wall_s = sum(round_.wall_s for round_ in done.rounds)
    return Trial(
        seed=done.run.seed,
        rounds=len(done.rounds),
        wall_s=wall_s,
        load_share=sum(round_.load_s for round_ in done.rounds) / wall_s,
        verdicts=len(equal),
        false=false(equal),
        planted=tuple(_planted(done, sut, name, share) for share, name in slow.items()),
        half_width_throughput=run.median_half_width(done, THROUGHPUT.id),
        half_width_cpu=run.median_half_width(done, CPU_PER_REQUEST.id),
        noise_floor={floor.metric: floor.estimate.value for floor in done.noise if floor.kind == "closed"},
    )


def false(equal: Iterable[Comparison]) -> tuple[str, ...]:
    """The verdicts that call one of two equals faster or slower, with their intervals."""
    return tuple(_words(one) for one in equal if one.verdict in (Verdict.FASTER, Verdict.SLOWER))


def summary(trials: Sequence[Trial]) -> dict[str, Any]:
    """All trials, and how often the verdicts were right: `called_slower` has one entry for each planted share.

    Its `cpu_ratio` is the median of what the copy really used: what it does besides burning adds to its share.
    """
    planted = [one for trial in trials for one in trial.planted]
    return {
        "trials": [asdict(trial) for trial in trials],
        "false_verdicts": sum(len(trial.false) for trial in trials),
        "verdicts_on_equals": sum(trial.verdicts for trial in trials),
        "called_slower": [
            {
                "share": share,
                "throughput": sum(one.throughput == Verdict.SLOWER for one in planted if one.share == share),
                "cpu": sum(one.cpu == Verdict.SLOWER for one in planted if one.share == share),
                "cpu_ratio": statistics.median(one.cpu_ratio for one in planted if one.share == share),
            }
            for share in dict.fromkeys(one.share for one in planted)
        ],
        "runs": len(trials),
    }


def _planted(done: Run, sut: str, slow: str, share: float) -> Planted:
    throughput, cpu = (_overall(done, sut, slow, metric) for metric in METRICS)
    return Planted(share, throughput.verdict, throughput.here.value, cpu.verdict, cpu.here.value)


def _overall(done: Run, sut: str, other: str, metric: str) -> Comparison:
    return next(
        comparison
        for comparison in done.comparisons
        if (comparison.baseline, comparison.sut, comparison.workload, comparison.metric) == (sut, other, None, metric)
    )


def _words(comparison: Comparison) -> str:
    here, where = comparison.here, comparison.workload or "all"
    return f"{comparison.metric} of {where}: {comparison.verdict}, {here.value:.3f} [{here.low:.3f}-{here.high:.3f}]"
