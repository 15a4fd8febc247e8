"""A combined report in sentences: who comes first on which machine, and where machines contradict each other. Pure."""

from collections.abc import Mapping, Sequence

from bench.analysis import ratios
from bench.analysis.combination import Abreast, Combination, MachineRun
from bench.estimate import Verdict
from bench.identity import DATABASES
from bench.metrics import BY_ID, THROUGHPUT
from bench.report import headline as heading
from bench.report import leaders
from bench.store.results import Comparison, Run
from bench.words import counted, listing, one_line

_MOST = 5
Labels = Mapping[str, str]
"""The labels of SUTs by id."""


def headline(combination: Combination) -> str:
    """Who comes first by throughput on each machine, the ratio to the next, and what to expect elsewhere; where there
    are several databases, on the first of them.
    """
    leads = [heading.lead(place.run) for place in combination.places]
    known = [lead for lead in leads if lead]
    if len(known) < len(leads):
        return "Not every run has a ranking: see the tables, ratio by ratio."
    first = known[0].sut
    others = [lead.sut for lead in known if lead.sut != first]
    second = others[0] if others else known[0].baseline
    where, labels = _where(combination.places[0].run, known[0]), _labels(combination)
    ratio = combination.ratio((first, second, None, THROUGHPUT.id))
    said = _first(combination, [lead.sut for lead in known], labels, where)
    return " ".join(filter(None, (said, _beside(combination, ratio, labels), _expected(combination, ratio))))


def contradiction(combination: Combination, ratio: Abreast, labels: Labels) -> str:
    """Two runs that are sure of the opposite, by the names of their machines."""
    sut, baseline, workload, metric = ratio.key
    seen = [(place, shown[1]) for place, shown in zip(combination.places, ratio.here, strict=True) if shown]
    faster, slower = (
        listing([_on(place, one) for place, one in seen if one.verdict == verdict])
        for verdict in (Verdict.FASTER, Verdict.SLOWER)
    )
    place, one = seen[0]
    names = {described.id: described.name for described in place.run.workloads}
    where = leaders.over(place.run, one) if workload is None else f"in {names[workload]}"
    pair = f"{labels[sut]} is faster than {labels[baseline]}"
    return f"{pair} {where} by {BY_ID[metric].name} {faster}, and slower {slower}."


def few(sentences: Sequence[str]) -> tuple[Sequence[str], str]:
    """The first of the contradictions, and how many more there are in words; empty if none."""
    rest = len(sentences) - _MOST
    return sentences[:_MOST], f"{counted(rest, 'more contradiction')}: report.json has all of them." if rest > 0 else ""


def _where(run: Run, lead: Comparison) -> str:
    database = run.suts[0].key.database
    several = any(sut.key.database != database for sut in run.suts)
    return leaders.over(run, lead) + (f" on {DATABASES.get(database, database)}" if several else "")


def _labels(combination: Combination) -> Labels:
    """The label of each SUT, as the sentence of its run has it."""
    runs = [place.run for place in reversed(combination.places)]
    labels = (heading.labels(run, run.suts[0].key.database) for run in runs)
    return {sut: one_line(label) for known in labels for sut, label in known.items()}


def _first(combination: Combination, firsts: Sequence[str], labels: Labels, where: str) -> str:
    if len(set(firsts)) == 1:
        machines = len(combination.numbers)
        everywhere = f"on each of the {counted(machines, 'machine')}" if machines > 1 else "in each of the runs"
        return f"{labels[firsts[0]]} comes first by throughput {where} {everywhere}."
    on = {
        sut: [place.name for place, first in zip(combination.places, firsts, strict=True) if first == sut]
        for sut in dict.fromkeys(firsts)
    }
    said = listing([f"{labels[sut]} on {listing(names)}" for sut, names in on.items()])
    return f"Who comes first by throughput {where} depends on the machine: {said}."


def _beside(combination: Combination, ratio: Abreast, labels: Labels) -> str:
    """The ratio in every run; empty where one of them has none."""
    sut, baseline, _, _ = ratio.key
    shown = [
        f"{known[0]}{ratios.words(known[1])} on {place.name}"
        for place, known in zip(combination.places, ratio.here, strict=True)
        if known
    ]
    if len(shown) < len(ratio.here):
        return ""
    return f"{labels[sut]} over {labels[baseline]}: {listing(shown)}."


def _expected(combination: Combination, ratio: Abreast) -> str:
    outlook = combination.outlook(ratio)
    if outlook is None or not outlook.ratio.bounded:
        return ""
    low, high = outlook.ratio.low, outlook.ratio.high
    return f"Expect {ratios.rounded(low)}x to {ratios.rounded(high)}x on another machine."


def _on(place: MachineRun, one: Comparison) -> str:
    return f"on {place.name} ({ratios.words(one)})"
