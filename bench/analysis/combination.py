"""Runs of several machines side by side: which go together, each ratio in every run, and what to expect elsewhere.
Pure.

No ratio is taken across runs, for two machines share no round. In what is to be expected on another machine each
machine counts once, however many runs it has: those of one machine agree better with each other than with another's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from bench.analysis import differences, elsewhere, history, ratios
from bench.analysis.elsewhere import Outlook
from bench.errors import Incomparable
from bench.estimate import Estimate, Verdict
from bench.metrics import BY_ID
from bench.statistics.elsewhere import pooled
from bench.store.results import Comparison, Run
from bench.store.spreads import Spreads, shipped
from bench.words import one_line

_NAMED = 3

RatioKey = tuple[str, str, str | None, str]
"""A SUT, its baseline, a workload (None for all of them together) and a metric."""
Bounded = tuple[str, Comparison]
"""A comparison behind the sign that says it is a bound: `≥ `, `≤ `, or none."""


@dataclass(frozen=True, slots=True)
class MachineRun:
    """A run and its machine, which is called by a number from 1; `name` says which run of which machine it is."""

    machine: int
    name: str
    run: Run


@dataclass(frozen=True, slots=True)
class Abreast:
    """One ratio in every run, in their order; None where a run does not have it."""

    key: RatioKey
    here: tuple[Bounded | None, ...]

    @property
    def seen(self) -> tuple[Comparison, ...]:
        """The comparisons of those runs that have it."""
        return tuple(shown[1] for shown in self.here if shown)

    @property
    def contradicts(self) -> bool:
        """Whether one run is sure of the opposite of another."""
        return {Verdict.FASTER, Verdict.SLOWER} <= {one.verdict for one in self.seen}


@dataclass(frozen=True, slots=True)
class Combination:
    """Runs that go together; `known` has the ratios of each, from either side."""

    places: tuple[MachineRun, ...]
    known: tuple[Mapping[RatioKey, Bounded], ...]
    spreads: Spreads = field(default_factory=shipped)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the machines."""
        return tuple(dict.fromkeys(place.machine for place in self.places))

    def ratio(self, key: RatioKey) -> Abreast:
        """One ratio in every run."""
        return Abreast(key, tuple(known.get(key) for known in self.known))

    def outlook(self, ratio: Abreast) -> Outlook | None:
        """What another machine will show. None where a run has a bound or no interval, and where the runs drove the
        workload unlike or took the mean over other workloads.
        """
        seen = [(place, shown) for place, shown in zip(self.places, ratio.here, strict=True) if shown]
        if not seen or any(sign or not one.here.bounded for _, (sign, one) in seen) or not self._alike(ratio):
            return None
        by_machine: dict[int, list[Estimate]] = {}
        for place, (_, one) in seen:
            by_machine.setdefault(place.machine, []).append(one.here)
        known = [pooled(estimates) for estimates in by_machine.values()]
        return elsewhere.expected(known, seen[0][1][1], [place.run for place, _ in seen], self.spreads)

    def contradictions(self) -> list[Abreast]:
        """The ratios that a report has tables of, in which one run is sure of the opposite of another; those over all
        workloads first.
        """
        keys = dict.fromkeys(key for known in self.known for key in known if key[0] < key[1])
        every = (self.ratio(key) for key in keys)
        return sorted(
            (ratio for ratio in every if ratio.contradicts and self._tabled(ratio) and self._alike(ratio)),
            key=lambda ratio: ratio.key[2] is not None,
        )

    def _tabled(self, ratio: Abreast) -> bool:
        """Whether a report shows it: of a closed loop, whose users wait for each answer, it has no response times."""
        _, _, workload, metric = ratio.key
        run = next(place.run for place, shown in zip(self.places, ratio.here, strict=True) if shown)
        kind = "closed" if workload is None else elsewhere.kind(run, workload)
        return BY_ID[metric].tabled and BY_ID[metric].kind == kind

    def _alike(self, ratio: Abreast) -> bool:
        """Whether it is a ratio of the same in all runs that have it: arrivals come at a rate that a run finds."""
        runs = [place.run for place, shown in zip(self.places, ratio.here, strict=True) if shown]
        if len({one.over for one in ratio.seen}) > 1:
            return False
        return all(elsewhere.alike(one, other, ratio.key[2]) for one, other in combinations(runs, 2))


def of(runs: Sequence[Run], spreads: Spreads | None = None) -> Combination:
    """Put runs side by side, machine by machine in the order of their first runs.

    Raises Incomparable, which names what may not be mixed.
    """
    _check(runs)
    places = tuple(_placed(runs))
    known = tuple(_known(place.run) for place in places)
    return Combination(places, known, shipped() if spreads is None else spreads)


def _check(runs: Sequence[Run]) -> None:
    if len(runs) < 2:
        raise Incomparable("One run is no combination: name two or more.")
    for run in runs:
        if why := history.left_out(run):
            raise Incomparable(f"Run {run.run.id} cannot be combined with others ({one_line(why)}): leave it out.")
    for one, other in combinations(runs, 2):
        if history.identity(one) == history.identity(other):
            raise Incomparable(f"Run {one.run.id} is named twice: name each run once.")
        if mixed := [*differences.in_work(one, other), *differences.in_suts(one, other)]:
            raise Incomparable(_mixed(one, other, mixed))
        if mixed := list(differences.in_workloads(one, other)):
            raise Incomparable(_mixed(one, other, mixed))


def _mixed(one: Run, other: Run, mismatches: Sequence[differences.Mismatch]) -> str:
    named = [f"{seen.what} is {seen.first} in the one and {seen.second} in the other" for seen in mismatches[:_NAMED]]
    rest = len(mismatches) - _NAMED
    more = f", and {rest} more {'differs' if rest == 1 else 'differ'}" if rest > 0 else ""
    return one_line(
        f"Runs {one.run.id} and {other.run.id} must not be mixed: {'; '.join(named)}{more}. Leave one of them out, or "
        "measure again with the same profile from the same commit, on the same versions."
    )


def _placed(runs: Sequence[Run]) -> Iterator[MachineRun]:
    machines: dict[str, list[Run]] = {}
    for run in runs:
        machines.setdefault(run.environment.fingerprint, []).append(run)
    for number, own in enumerate(machines.values(), 1):
        for place, run in enumerate(own, 1):
            yield MachineRun(number, f"machine {number}" + (f", run {place}" if len(own) > 1 else ""), run)


def _known(run: Run) -> dict[RatioKey, Bounded]:
    """The ratios of a run from either side, but those that the generator leaves open."""
    held = {metric: ratios.limited(run, metric) for metric in {stored.metric for stored in run.comparisons}}
    known: dict[RatioKey, Bounded] = {}
    for stored in run.comparisons:
        for one in (stored, ratios.turned(stored)):
            if shown := ratios.bounded(one, held[one.metric].get(one.workload, set())):
                known[one.sut, one.baseline, one.workload, one.metric] = shown
    return known
