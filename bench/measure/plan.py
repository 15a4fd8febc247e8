"""What will be measured, in which order: pure, and the same again for the same seed."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bench import databases
from bench.contract import workloads
from bench.contract.operations import OPERATIONS, WAITING, find
from bench.crawl.rotation import TURN
from bench.errors import UsageError
from bench.identity import COMMON
from bench.load.team import ALONE, Team
from bench.measure import capacity, orders
from bench.model import CRAWL, FLOORS, App, Sut, Workload
from bench.profile import Profile, Servers
from bench.suts import server_table

_CRAWLED_RPS = 400.0
"""A first guess at how many pages are crawled in a second."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A profile applied to SUTs, with its seed.

    `against` is what some of them are editions of, a commit or version. `absent` has the apps that would have been
    measured too, each with the reason why it cannot run here. `team` is who loads.
    """

    profile: Profile
    suts: tuple[Sut, ...]
    workloads: tuple[Workload, ...]
    open_workloads: tuple[Workload, ...]
    baseline: str
    seed: int
    capacity_workloads: tuple[Workload, ...] = ()
    operations: tuple[str, ...] = ()
    against: str | None = None
    crawl_pages: int = 0
    absent: Mapping[str, str] = field(default_factory=dict)
    team: Team = ALONE

    @property
    def databases(self) -> tuple[str, ...]:
        """The names of the databases that its SUTs work on."""
        return tuple(dict.fromkeys(sut.key.database for sut in self.suts))

    @property
    def most_workers(self) -> int:
        """How many workers the largest server has."""
        return max((sut.workers for sut in self.suts), default=1)

    @property
    def called(self) -> tuple[str, ...]:
        """The operations that are called in process: the chosen ones, or those of the core and of its workloads, but
        for those whose answers wait.
        """
        core = (operation.id for operation in OPERATIONS if operation.group.required)
        usual = (name for name in dict.fromkeys((*core, *self._loaded())) if name not in WAITING)
        return self.operations or tuple(usual)

    @property
    def asked(self) -> frozenset[str]:
        """All operations that it asks an app for, over sockets or in process."""
        return frozenset((*self._loaded(), *self.called))

    def _loaded(self) -> Iterator[str]:
        return (name for workload in self.workloads for name in workload.operations)

    def round_load_s(self) -> float:
        """Seconds that one round spends under load, as planned."""
        profile, targets = self.profile, len(self.suts) + 1
        stretches = (orders.stretch(profile, workload) for workload in self.workloads)
        closed = sum(stretch.load_s for stretch in stretches) + profile.first_turns * profile.slice_s
        opened = len(self.open_workloads) * profile.open_turns * profile.open_slice_s
        queueing = len(self.open_workloads) * len(profile.own_shares) + len(self.capacity_workloads) * capacity.STEPS
        return targets * (closed + opened + queueing * profile.queue_slice_s) + self._crawl_s()

    def _crawl_s(self) -> float:
        """What the crawls add to the mean round: one of each SUT on the common server, its twin, and the copy."""
        targets = sum(1 for sut in self.suts if sut.server == COMMON) + 2
        share = min(self.profile.crawl_rounds / (self.profile.rounds or 1), 1)
        return targets * self.crawl_pages / _CRAWLED_RPS * share


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """One round: servers start in the order of `suts`, the twin among them; workloads run in theirs."""

    number: int
    suts: tuple[Sut, ...]
    twin_of: Sut
    workloads: tuple[Workload, ...]
    open_workloads: tuple[Workload, ...]
    seed: int
    capacity_workloads: tuple[Workload, ...] = ()
    crawl_pages: int = 0


def make(
    profile: Profile,
    apps: Sequence[App],
    seed: int,
    *,
    chosen: Sequence[str] = (),
    rates: bool = True,
    baseline: str | None = None,
    on: Sequence[str] = (databases.DEFAULT,),
    operations: Sequence[str] = (),
    against: str | None = None,
    absent: Mapping[str, str] | None = None,
    workers: Sequence[int] = (1,),
    team: Team = ALONE,
) -> Plan:
    """Apply `profile` to `apps`; `chosen` workloads override its own, `operations` those in process (all of them).

    Each app is measured on those of the databases `on` that its manifest lists. What none of them offers is left out.
    Raises UsageError for what does not exist, is `chosen` and left out, or cannot be done in process, and for an app
    that works on no database.
    """
    _check_in_process(operations)
    _offered(map(workloads.alone, map(find, operations)), apps, named=True)
    asked = map(workloads.find, (name for name in chosen or profile.workloads if name != CRAWL))
    closed = _offered(asked, apps, named=bool(chosen))
    opened, searched = (
        tuple(workload for name in names if rates and (workload := workloads.find(name)) in closed)
        for names in (profile.open_workloads, profile.capacity_workloads)
    )
    suts = tuple(
        sut
        for app in apps
        for database in databases.listed(app, on)
        for sut in _suts(app, profile.servers, database, workers)
    )
    crawl_pages = _crawl_pages(profile, chosen)
    return Plan(
        profile,
        suts,
        closed,
        opened,
        _baseline(suts, baseline),
        seed,
        searched,
        tuple(operations),
        against,
        crawl_pages,
        absent or {},
        team,
    )


def _check_in_process(operations: Iterable[str]) -> None:
    if waiting := [name for name in operations if name in WAITING]:
        raise UsageError(
            f"{waiting[0]} is not called in process: its answers wait for a service, and what that costs shows over "
            "sockets alone (--workloads)."
        )


def _offered(wanted: Iterable[Workload], apps: Sequence[App], *, named: bool) -> tuple[Workload, ...]:
    """The workloads that one of the apps offers; raises UsageError for one that none does where they were `named`."""
    offered = {one: any(workloads.asked(one, app.unsupported) for app in apps) for one in wanted}
    if named and (missing := [one.id for one, there in offered.items() if not there]):
        raise UsageError(f"None of the apps offers {missing[0]}; `python -m bench list` shows what each of them keeps.")
    return tuple(one for one, there in offered.items() if there)


def without(plan: Plan, reasons: Mapping[Sut, str], baseline: str | None) -> Plan:
    """A plan without SUTs that turned out to be broken, each with the reason; `baseline` as `make` was given it.

    Raises UsageError where that baseline is among them.
    """
    suts = tuple(sut for sut in plan.suts if sut not in reasons)
    absent = {**plan.absent, **{sut.id: why for sut, why in reasons.items()}}
    return replace(plan, suts=suts, baseline=_baseline(suts, baseline), absent=absent)


def _baseline(suts: Sequence[Sut], wanted: str | None) -> str:
    """What ratios are taken against: an older edition where there is one, or a floor, if nothing else is wanted."""
    known = [sut.id for sut in suts]
    older = [sut.id for sut in suts if sut.app.edition]
    floors = [sut.id for floor in FLOORS.values() for sut in suts if sut.app.name == floor]
    baseline = wanted or (older or floors or known)[0]
    if baseline not in known:
        raise UsageError(f"The baseline {baseline!r} is not among what is measured: {', '.join(known)}.")
    return baseline


def _crawl_pages(profile: Profile, chosen: Sequence[str]) -> int:
    """How many pages are crawled a round: one turn at least, where a crawl is asked for."""
    return profile.crawl_pages if not chosen else (profile.crawl_pages or 5 * TURN) if CRAWL in chosen else 0


def round_plan(plan: Plan, number: int) -> RoundPlan:
    """Round `number` (from 1) of a plan. The twin rotates through the SUTs, so that it flatters none."""
    rng = random.Random(f"{plan.seed} round {number}")
    suts = plan.suts
    return RoundPlan(
        number=number,
        suts=tuple(rng.sample(suts, len(suts))),
        twin_of=suts[(plan.seed + number) % len(suts)],
        # What waits comes last: it has the most users, and opens more connections than any other.
        workloads=tuple(sorted(rng.sample(plan.workloads, len(plan.workloads)), key=lambda one: one.wait_s > 0)),
        open_workloads=tuple(rng.sample(plan.open_workloads, len(plan.open_workloads))),
        seed=rng.randrange(2**31),
        capacity_workloads=plan.capacity_workloads,
        crawl_pages=plan.crawl_pages if number <= (plan.profile.crawl_rounds or number) else 0,
    )


def _suts(app: App, servers: Servers, database: str, workers: Sequence[int]) -> list[Sut]:
    """An app on its servers, each with so many workers, or with one where it can have no more."""
    names = {"common": [app.usual_server], "native": [app.native_server], "both": [app.usual_server, app.native_server]}
    return [
        Sut.of(app, name, database=database, workers=count)
        for name in dict.fromkeys(names[servers])
        for count in (workers if server_table.find(name).scales else (1,))
    ]
