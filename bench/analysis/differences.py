"""The differences between two runs, apart from the apps, that would show in their figures. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.analysis.elsewhere import unchanged
from bench.analysis.grounds import SHAPING
from bench.contract import ALIKE
from bench.identity import DATABASES
from bench.store.described import SutInfo
from bench.store.results import Run

_OF_MACHINES = {"fingerprint": "the machine", "pinning": "the placement on CPUs"}
_OF_WORK = {"contract": "the version of the contract", "python": "Python"}
_SIDE_BY_SIDE = " (`make combine` puts such runs side by side)"
_DRIVEN = {
    "operation_mix": "the mix of",
    "concurrency": "the number of users in",
    "arrival_share": "the share of arrivals in",
    "objective_s": "the latency objective of",
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that two runs do not have in common: `what`, as it is in the first and as it is in the second."""

    what: str
    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.what} was {self.first}, and is {self.second}"


def of(base: Run, head: Run) -> Iterator[str]:
    """Each difference in words, with both sides."""
    for mismatch in _facts(base, head, _OF_MACHINES):
        yield f"{mismatch}{_SIDE_BY_SIDE if mismatch.what == _OF_MACHINES['fingerprint'] else ''}"
    yield from map(str, in_work(base, head))
    if not any(unchanged(base, head, sut.id) for sut in head.suts):
        yield (
            "no SUT is the same in code and versions in both: nothing tells a drift of the machine from a change, but "
            "`make against` does"
        )


def in_work(base: Run, head: Run) -> Iterator[Mismatch]:
    """What differs whatever the machine: the contract, Python, the databases, the profile and the servers."""
    alike = {"contract"} if _asks_the_same(base, head) else set()
    yield from _facts(base, head, {fact: name for fact, name in _OF_WORK.items() if fact not in alike})
    yield from _databases(base, head)
    yield from _unless_equal("the profile", base.run.profile, head.run.profile)
    yield from _unless_equal("the number of load generators", *(run.plan.generators for run in (base, head)))
    profiles = [run.plan.profile for run in (base, head)]
    for name in SHAPING:
        yield from _unless_equal(name, *(getattr(one, name, None) for one in profiles))
    servers = {sut.id: sut.server for sut in base.suts}
    for sut in head.suts:
        yield from _unless_equal(f"the server of {sut.id}", servers.get(sut.id, sut.server), sut.server)


def in_suts(base: Run, head: Run) -> Iterator[Mismatch]:
    """What differs in the SUTs that both have: versions, data layer and code."""
    theirs = {sut.id: sut for sut in head.suts}
    for sut in base.suts:
        if sut.id in theirs and not unchanged(base, head, sut.id):
            commits = [run.environment.edition for run in (base, head)]
            seen = list(_in_sut(sut, theirs[sut.id]))
            yield from seen or [Mismatch(f"the commit of {sut.id}", *commits)]


def in_workloads(base: Run, head: Run) -> Iterator[Mismatch]:
    """The closed-loop workloads, where they are others, and how those that both have were driven."""
    closed = [", ".join(one.id for one in run.workloads if one.kind == "closed") or "none" for run in (base, head)]
    yield from _unless_equal("the list of closed-loop workloads", *closed)
    theirs = {workload.id: workload for workload in head.workloads}
    for workload in base.workloads:
        for fact, name in _DRIVEN.items() if workload.id in theirs else ():
            sides = (getattr(one, fact) for one in (workload, theirs[workload.id]))
            yield from _unless_equal(f"{name} {workload.id}", *sides)


def _in_sut(mine: SutInfo, theirs: SutInfo) -> Iterator[Mismatch]:
    for package in dict.fromkeys((*mine.versions, *theirs.versions)):
        versions = (one.versions.get(package, "none") for one in (mine, theirs))
        yield from _unless_equal(f"{package} of {mine.id}", *versions)
    yield from _unless_equal(f"the data layer of {mine.id}", mine.data_layer, theirs.data_layer)
    yield from _unless_equal(f"the code of {mine.id}", mine.code or "unknown", theirs.code or "unknown")


def _databases(base: Run, head: Run) -> Iterator[Mismatch]:
    for name, version in head.environment.databases.items():
        title = DATABASES.get(name, name)
        yield from _unless_equal(title, base.environment.databases.get(name, version), version)
        before, after = (run.environment.database_settings.get(name, {}) for run in (base, head))
        for setting in sorted(before.keys() & after.keys()):  # older runs did not keep them
            yield from _unless_equal(f"{setting} of {title}", before[setting], after[setting])


def of_the_contract(base: Run, head: Run) -> str:
    """A sentence on a change of the contract that does not affect the figures; empty where there is none."""
    before, after = (run.environment.contract for run in (base, head))
    if before == after or not _asks_the_same(base, head):
        return ""
    return f"The contract changed from {before} to {after}; what was timed is asked the same in both."


def _asks_the_same(base: Run, head: Run) -> bool:
    return {base.environment.contract, head.environment.contract} <= ALIKE


def _facts(base: Run, head: Run, names: Mapping[str, str]) -> Iterator[Mismatch]:
    for fact, name in names.items():
        yield from _unless_equal(name, *(_fact(run, fact) for run in (base, head)))


def _fact(run: Run, name: str) -> Any:
    """The machine is told by what it is, where that tells two apart."""
    if name != "fingerprint":
        return getattr(run.environment, name)
    return f"{run.environment.cpu}, {run.environment.cores} cores ({run.environment.fingerprint})"


def _unless_equal(name: str, before: Any, after: Any) -> Iterator[Mismatch]:
    if before != after:
        yield Mismatch(name, str(before), str(after))
