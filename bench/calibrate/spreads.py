"""How far stored runs come apart, and how often what one set of them says of another holds. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from bench.analysis import elsewhere as outlook
from bench.analysis import history
from bench.errors import UsageError
from bench.statistics import elsewhere
from bench.store import spreads
from bench.store.results import Comparison, Run

Kind = tuple[str, str]
"""A kind of workload, or OVERALL, and a metric."""
_Said = tuple[bool, float]
"""Whether a ratio came out within its interval, and the half-width of that."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many ratios came out within their intervals, and the median half-width of these."""

    count: int
    width: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one kind: the spread over `pairs` of equal ratios, and how many of `tried` ratios of a run that was left out
    came out where the others had said, by their own spread and by the least that a report promises.
    """

    kind: Kind
    spread: float
    pairs: int
    tried: int
    own: Held
    promised: Held


def coverage(runs: Sequence[Run]) -> list[Coverage]:
    """Each kind by leaving out one run after the other: the spread comes from the others too.

    Raises UsageError where no two runs have a ratio in common.
    """
    pairs = list(_pairs(runs))
    if not pairs:
        raise UsageError(
            "No two stored runs measured the same code: make two runs or more, and change nothing between."
        )
    kinds = dict.fromkeys(pair.kind for pair in pairs)
    known = {kind: [pair for pair in pairs if pair.kind == kind] for kind in kinds}
    own: dict[Kind, list[_Said]] = defaultdict(list)
    promised: dict[Kind, list[_Said]] = defaultdict(list)
    for left_out in runs:
        least = spreads.least(len({run.environment.fingerprint for run in runs if run is not left_out}))
        for ratio, others in _with_others(runs, left_out):
            kind = (outlook.kind(left_out, ratio.workload), ratio.metric)
            rest = [pair.values for pair in known[kind] if history.identity(left_out) not in pair.runs]
            spread = elsewhere.spread(rest) if rest else spreads.USUAL
            for said, taken in ((own, spread), (promised, max(spread, least))):
                expected = elsewhere.next_run([other.here for other in others], taken**2)
                said[kind].append((expected.low <= ratio.here.value <= expected.high, expected.half_width))
    return [_coverage(kind, known[kind], own[kind], promised[kind]) for kind in kinds]


def entries(seen: Iterable[Coverage]) -> list[dict[str, Any]]:
    """The entries that are shipped."""
    return [
        {"kind": one.kind[0], "metric": one.kind[1], "spread": round(one.spread, 4), "pairs": one.pairs} for one in seen
    ]


@dataclass(frozen=True, slots=True)
class _Pair:
    kind: Kind
    runs: frozenset[tuple[str, str]]
    values: tuple[float, float]


def _pairs(runs: Sequence[Run]) -> Iterator[_Pair]:
    for one, other in combinations(runs, 2):
        theirs = _index(other)
        for ratio in _bounded(one):
            beside = theirs.get((ratio.sut, ratio.baseline, ratio.workload, ratio.metric))
            if beside and outlook.same_ground(one, other, ratio):
                kind = (outlook.kind(one, ratio.workload), ratio.metric)
                values = (ratio.here.value, beside.here.value)
                yield _Pair(kind, frozenset(map(history.identity, (one, other))), values)


def _with_others(runs: Sequence[Run], left_out: Run) -> Iterator[tuple[Comparison, list[Comparison]]]:
    """Each ratio of a run with the same in the other runs, where there are such."""
    beside = [(run, _index(run)) for run in runs]
    for ratio in _bounded(left_out):
        key = (ratio.sut, ratio.baseline, ratio.workload, ratio.metric)
        others = [index[key] for run, index in beside if key in index and outlook.same_ground(left_out, run, ratio)]
        if others:
            yield ratio, others


def _coverage(kind: Kind, pairs: Sequence[_Pair], own: Sequence[_Said], promised: Sequence[_Said]) -> Coverage:
    spread = elsewhere.spread(pair.values for pair in pairs)
    return Coverage(kind, spread, len(pairs), len(own), _held(own), _held(promised))


def _held(said: Sequence[_Said]) -> Held:
    widths = sorted(width for _, width in said)
    return Held(sum(held for held, _ in said), widths[len(widths) // 2] if widths else float("nan"))


def _bounded(run: Run) -> list[Comparison]:
    return [ratio for ratio in run.comparisons if ratio.here.bounded]


def _index(run: Run) -> Mapping[tuple[str, str, str | None, str], Comparison]:
    return {(ratio.sut, ratio.baseline, ratio.workload, ratio.metric): ratio for ratio in _bounded(run)}
