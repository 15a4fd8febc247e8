"""How often does `run --against` call two equal editions different? It compares an app with itself."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from statistics import median
from typing import Any

from bench.analysis import changes
from bench.calibrate import verdicts
from bench.model import App, Sut
from bench.profile import Profile
from bench.store.results import Comparison, Run

_EDITION = "same"


@dataclass(frozen=True, slots=True)
class Pair:
    """One run: `false` verdicts call one of the two equal editions faster or slower, out of `verdicts`.

    `half_widths` are relative, by metric: of the ratio over all workloads, and the median over those of one.
    """

    seed: int
    rounds: int
    verdicts: int
    false: tuple[str, ...]
    half_widths: dict[str, dict[str, float]]


def pairs(profile: Profile, app: App, seeds: Sequence[int], place: verdicts.Place, watch: verdicts.Watch) -> list[Pair]:
    """One run for each seed; nothing but the seed differs."""
    editions = [Sut.of(replace(app, edition=_EDITION)), Sut.of(app)]
    return [
        judge(verdicts.execute(profile, editions, seed, place, partial(watch, number)))
        for number, seed in enumerate(seeds, 1)
    ]


def judge(done: Run) -> Pair:
    """The verdicts of a run on two equal editions."""
    ratios = [ratio for ratio in changes.within(done).ratios if ratio.here.bounded]
    return Pair(
        seed=done.run.seed,
        rounds=len(done.rounds),
        verdicts=len(ratios),
        false=verdicts.false(ratios),
        half_widths={
            metric: {
                "overall": median(_half_widths(ratios, metric, overall=True)),
                "one workload": median(_half_widths(ratios, metric, overall=False)),
            }
            for metric in verdicts.METRICS
        },
    )


def summary(pairs: Sequence[Pair]) -> dict[str, Any]:
    """All pairs, how many verdicts were false, and the median half-widths over the runs."""
    return {
        "pairs": [asdict(pair) for pair in pairs],
        "false_verdicts": sum(len(pair.false) for pair in pairs),
        "verdicts": sum(pair.verdicts for pair in pairs),
        "half_widths": {
            metric: {scope: median(pair.half_widths[metric][scope] for pair in pairs) for scope in scopes}
            for metric, scopes in pairs[0].half_widths.items()
        },
        "runs": len(pairs),
    }


def _half_widths(ratios: Sequence[Comparison], metric: str, *, overall: bool) -> list[float]:
    widths = [
        ratio.here.half_width for ratio in ratios if ratio.metric == metric and (ratio.workload is None) == overall
    ]
    return widths or [float("inf")]
