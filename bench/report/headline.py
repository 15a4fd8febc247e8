"""The verdict of a run as a sentence: who comes first, by how much, here and elsewhere, and in how many of the
workloads. Pure.

It is a claim about every cell that it speaks for. "The fastest" is faster than every other framework by the
intervals of this run, and by what another run will show.
"""

from collections.abc import Mapping, Sequence

from bench.analysis import changes, ratios
from bench.analysis.elsewhere import Outlooks
from bench.estimate import Verdict
from bench.identity import DATABASES
from bench.metrics import THROUGHPUT
from bench.model import is_floor
from bench.report import groups, leaders, outcome
from bench.statistics.stats import ranking_withheld
from bench.store.described import SutInfo
from bench.store.results import Comparison, Run
from bench.words import counted, listing, percent

_METRIC = THROUGHPUT.id


def sentence(run: Run, others: tuple[Run, ...] = ()) -> str:
    """The verdict, or why there is none; `others` are runs from which to estimate how the ratios come out
    elsewhere.
    """
    if any(sut.base_of for sut in run.suts):
        return outcome.sentence(changes.within(run))
    return _no_ranking(run) or _ranking(run, others)


def _no_ranking(run: Run) -> str | None:
    """Why nothing is ranked; None where there is a ranking."""
    if run.workloads and all(workload.kind == "micro" for workload in run.workloads):
        return "Measured in process only: the table shows what a call costs, operation by operation."
    if len(run.suts) == 1:
        return f"Only {run.suts[0].label} was measured: there is nothing to compare it with."
    if not run.comparisons:
        return "There is nothing to compare: no two of what was measured finished a round together."
    if withheld(run):
        return (
            f"No ranking: two copies of the same app came out {percent(_floor(run))} apart, "
            "so differences of that size mean nothing here."
        )
    return None


def _ranking(run: Run, others: tuple[Run, ...]) -> str:
    """Who leads on the first database of the run, with all there is to say, and in brief on each of the others."""
    overall, outlooks, names, said = _overall(run), Outlooks(run, others), _databases(run), list[str]()
    for name in names:
        order, label = _order(run, overall, name), labels(run, name)
        if len(order) < 2:
            continue
        ahead = [ratio for sut in order[1:] if (ratio := _find(overall, order[0], sut))]
        on = f"On {DATABASES.get(name, name)}, " if len(names) > 1 else ""
        where = "" if said else f" {leaders.over(run, ahead[0])}"
        said += [on + _lead(ahead, outlooks, label, _noun(run), where)]
        if where:
            beyond = leaders.beyond(outlooks.of(ahead[0]))
            layers = leaders.data_layers(run, ahead[0], label)
            said += [layers, beyond, leaders.sentence(run, ahead[0], order, label), _last(ahead, label)]
    if not said and len(names) > 1:
        return "There are no two frameworks to compare on one database: see the databases side by side."
    return " ".join(filter(None, said)) or "There is nothing to compare overall: see the tables, workload by workload."


def _noun(run: Run) -> str:
    """What is ranked."""
    return "framework" if groups.first(run.suts) == "common" else "pair of framework and server"


def _databases(run: Run) -> tuple[str, ...]:
    """The names of the databases of a run, in its order."""
    return tuple(dict.fromkeys(sut.key.database for sut in run.suts))


def labels(run: Run, database: str) -> Mapping[str, str]:
    """The label of each SUT; without its database in a sentence that begins with that."""
    on = f" on {DATABASES.get(database, database)}" if len(_databases(run)) > 1 else ""
    return {sut.id: sut.named.removesuffix(on) for sut in run.suts}


def _last(ahead: Sequence[Comparison], label: Mapping[str, str]) -> str:
    """How far the first is from the last, where there are more than two."""
    if len(ahead) < 2:
        return ""
    count = len(ahead) + 1
    first, last = label[ahead[-1].sut], label[ahead[-1].baseline]
    return f"Of the {count}, {last} comes last: {first} does {ratios.words(ahead[-1])} its throughput."


def withheld(run: Run) -> bool:
    """Whether the run is too noisy for any order to mean something."""
    return ranking_withheld(_floor(run))


def _floor(run: Run) -> float:
    return max((floor.estimate.value for floor in run.noise if floor.metric == _METRIC), default=0.0)


def lead(run: Run) -> Comparison | None:
    """The first framework over the next on the first database, by throughput over all workloads; None where nothing may
    be ranked.
    """
    overall = _overall(run)
    order = [] if withheld(run) else _order(run, overall, run.suts[0].key.database)
    return _find(overall, *order[:2]) if len(order) > 1 else None


def advisory(run: Run) -> str | None:
    """Why nobody should choose by this run; None where one may."""
    failed = [f'"{check.title}"' for check in run.checks if check.status == "fail"]
    reasons = [f"the run is partial, with {counted(len(run.rounds), 'round')}"] if run.run.status == "partial" else []
    reasons += [f"of the checks below, {listing(failed)} failed"] if failed else []
    return f"Advisory only: {', and '.join(reasons)}. Do not choose by these figures." if reasons else None


def _lead(ahead: Sequence[Comparison], outlooks: Outlooks, label: Mapping[str, str], what: str, where: str) -> str:
    """The first against the next, here and elsewhere; "the fastest" is faster than every other in both. `what` is the
    noun of what is ranked; `where` begins with a blank and says over which workloads, where that is to be said.
    """
    ratio = ahead[0]
    first, second = label[ratio.sut], label[ratio.baseline]
    seen = {outlook.verdict if (outlook := outlooks.of(one)) else Verdict.INCONCLUSIVE for one in ahead}
    by = ratios.words(ratio)
    if {one.verdict for one in ahead} | seen == {Verdict.FASTER}:
        return f"{first} is the fastest {what}{where}: {by} the throughput of {second}, the next."
    match ratio.verdict:
        case Verdict.FASTER:
            return f"{first} comes first{where} in this run, with {by} the throughput of {second}."
        case Verdict.TIE:
            return f"{first} and {second} tie at the top{where} in this run: the ratio is {by}."
        case _:
            return f"{first} comes first{where}, but whether it is faster than {second} is open: the ratio is {by}."


def _order(run: Run, overall: Sequence[Comparison], database: str) -> list[str]:
    """The frameworks on the common server, or in a run without any there on their own, and one database, that did every
    workload, most throughput first.

    A floor and an older edition are none, and neither is a variant beside the app that it is a variant of, nor a server
    of more workers than another.
    """
    fewest = min(sut.key.workers for sut in run.suts)
    measured = {sut.id for sut in run.suts}
    ids = [
        sut.id
        for sut in groups.of_first(run.suts)
        if sut.key.database == database
        and sut.key.workers == fewest
        and not _beside(sut)
        and not (sut.key.variant and sut.variant_of in measured)
    ]
    beside = ({sut: ratio.here.value for sut in ids if (ratio := _find(overall, sut, anchor))} for anchor in ids)
    known = [{anchor: 1.0} | ratio for anchor, ratio in zip(ids, beside, strict=True)]
    # One that failed somewhere has no overall ratio to any other, so the rest cannot be measured by it.
    values = max(known, key=len, default={})
    return sorted(values, key=lambda sut: -values[sut])


def _beside(sut: SutInfo) -> bool:
    """Whether a SUT only stands beside those that are ranked: a floor, or an older edition."""
    return is_floor(sut.key.app) or bool(sut.key.edition)


def _overall(run: Run) -> list[Comparison]:
    return [comparison for comparison in run.comparisons if (comparison.workload, comparison.metric) == (None, _METRIC)]


def _find(overall: Sequence[Comparison], sut: str, baseline: str) -> Comparison | None:
    return ratios.find(overall, sut, baseline, None, _METRIC)
