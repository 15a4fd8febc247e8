"""Are the verdicts right? Runs of a profile over an app, a second copy of it, and a copy that was slowed by a known
share.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from bench import databases
from bench.calibrate.slowed import slowed
from bench.contract import workloads
from bench.measure import run
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
"""Hears of each step of which run."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One run.

    `false` verdicts told two equal copies apart, out of `verdicts`; `slowed_*` are those on the slowed copy overall.
    Half-widths are the medians over all ratios of the run, relative; `load_share` is the part of the wall spent under
    load.
    """

    seed: int
    rounds: int
    wall_s: float
    load_share: float
    verdicts: int
    false: tuple[str, ...]
    slowed_throughput: str
    slowed_throughput_ratio: float
    slowed_cpu: str
    slowed_cpu_ratio: float
    half_width_throughput: float
    half_width_cpu: float
    noise_floor: dict[str, float]


def trials(
    profile: Profile,
    sut: Sut,
    share: float,
    seeds: Sequence[int],
    scratch: Path,
    workspace: Workspace,
    watch: Watch,
) -> list[Trial]:
    """One run for each seed; nothing but the seed differs."""
    trio = (sut, replace(sut, alias=f"{sut.id}-copy"), slowed(sut, share, scratch / "slowed"))
    return [_trial(profile, trio, seed, scratch, workspace, partial(watch, n)) for n, seed in enumerate(seeds, 1)]


def _trial(
    profile: Profile,
    trio: Sequence[Sut],
    seed: int,
    scratch: Path,
    workspace: Workspace,
    watch: WatchRun,
) -> Trial:
    plan = Plan(
        profile=profile,
        suts=tuple(trio),
        workloads=tuple(map(workloads.find, profile.workloads)),
        open_workloads=tuple(map(workloads.find, profile.open_workloads)),
        baseline=trio[0].id,
        seed=seed,
        engine=databases.shared((trio[0].app,)),
    )
    begun = run.begin(plan, "calibrate", [trio[0].app.name], workspace)
    return judge(run.execute(plan, begun, scratch / f"trial-{seed}", workspace, watch), *(sut.id for sut in trio))


def judge(done: Run, sut: str, copy: str, slow: str) -> Trial:
    """What a run said of a copy that is equal and of one that is slower."""
    equal = [
        comparison
        for comparison in done.comparisons
        if (comparison.baseline, comparison.sut) == (sut, copy) and comparison.metric in METRICS
    ]
    throughput, cpu = (_overall(done, sut, slow, metric) for metric in METRICS)
    wall_s = sum(round_.wall_s for round_ in done.rounds)
    return Trial(
        seed=done.run.seed,
        rounds=len(done.rounds),
        wall_s=wall_s,
        load_share=sum(round_.load_s for round_ in done.rounds) / wall_s,
        verdicts=len(equal),
        false=tuple(_words(comparison) for comparison in equal if comparison.verdict in ("faster", "slower")),
        slowed_throughput=throughput.verdict,
        slowed_throughput_ratio=throughput.here.value,
        slowed_cpu=cpu.verdict,
        slowed_cpu_ratio=cpu.here.value,
        half_width_throughput=run.median_half_width(done, THROUGHPUT.id),
        half_width_cpu=run.median_half_width(done, CPU_PER_REQUEST.id),
        noise_floor={floor.metric: floor.estimate.value for floor in done.noise if floor.kind == "closed"},
    )


def summary(trials: Sequence[Trial]) -> dict[str, object]:
    """All trials, and how often the verdicts were right."""
    return {
        "trials": [asdict(trial) for trial in trials],
        "false_verdicts": sum(len(trial.false) for trial in trials),
        "verdicts_on_equals": sum(trial.verdicts for trial in trials),
        "slowed_called_slower": {
            "throughput": sum(trial.slowed_throughput == "slower" for trial in trials),
            "cpu": sum(trial.slowed_cpu == "slower" for trial in trials),
        },
        "runs": len(trials),
    }


def _overall(done: Run, sut: str, other: str, metric: str) -> Comparison:
    return next(
        comparison
        for comparison in done.comparisons
        if (comparison.baseline, comparison.sut, comparison.workload, comparison.metric) == (sut, other, None, metric)
    )


def _words(comparison: Comparison) -> str:
    here, where = comparison.here, comparison.workload or "all"
    return f"{comparison.metric} of {where}: {comparison.verdict}, {here.value:.3f} [{here.low:.3f}-{here.high:.3f}]"
