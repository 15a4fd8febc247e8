"""The differences between two runs, apart from the apps, that would show in their figures. Pure."""

from collections.abc import Iterator
from typing import Any

from bench.analysis.elsewhere import unchanged
from bench.contract import ALIKE
from bench.identity import DATABASES
from bench.store.results import Run

_FACTS = {
    "fingerprint": "the machine",
    "contract": "the version of the contract",
    "python": "Python",
    "pinning": "the placement on CPUs",
}
_SHAPING = ("concurrency", "slice_s", "turns", "warm_up_turns", "first_turns", "micro_s")
"""The settings of a profile that figures depend on; the number of rounds is in the intervals."""


def of(base: Run, head: Run) -> Iterator[str]:
    """Each difference in words, with both sides."""
    for fact, name in _FACTS.items():
        if fact != "contract" or not _asks_the_same(base, head):
            yield from _unless_equal(name, *(_fact(run, fact) for run in (base, head)))
    yield from _databases(base, head)
    yield from _unless_equal("the profile", base.run.profile, head.run.profile)
    profiles = [run.plan.profile for run in (base, head)]
    for name in _SHAPING:
        yield from _unless_equal(name, *(getattr(one, name, None) for one in profiles))
    servers = {sut.id: sut.server for sut in base.suts}
    for sut in head.suts:
        yield from _unless_equal(f"the server of {sut.id}", servers.get(sut.id, sut.server), sut.server)
    if not any(unchanged(base, head, sut.id) for sut in head.suts):
        yield (
            "no SUT is the same in code and versions in both: nothing tells a drift of the machine from a change, but "
            "`make against` does"
        )


def _databases(base: Run, head: Run) -> Iterator[str]:
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


def _fact(run: Run, name: str) -> Any:
    """The machine is told by what it is, where that tells two apart."""
    if name != "fingerprint":
        return getattr(run.environment, name)
    return f"{run.environment.cpu}, {run.environment.cores} cores ({run.environment.fingerprint})"


def _unless_equal(name: str, before: Any, after: Any) -> Iterator[str]:
    if before != after:
        yield f"{name} was {before}, and is {after}"
