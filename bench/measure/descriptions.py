"""Descriptions of the environment, SUTs and workloads, as a run stores them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench import contract
from bench.analysis.sent import Sent
from bench.contract import hardening
from bench.contract.operations import WAITING
from bench.contract.operations.browse import BROWSE
from bench.contract.operations.plaintext import PLAINTEXT
from bench.contract.operations.rows import SHELF
from bench.contract.operations.view_item import VIEW_ITEM
from bench.contract.violation import Violation
from bench.crawl import feeds, written
from bench.databases.protocol import Engine
from bench.environment import Environment
from bench.host.protocol import Host
from bench.identity import COMMON, DATABASES, USUAL_DATABASE, WorkloadKey
from bench.measure import orders
from bench.measure.plan import Plan
from bench.micro import counting
from bench.model import CRAWL, STARTING, Sut, Workload
from bench.profile import Profile
from bench.store.described import SutInfo, WorkloadInfo
from bench.suts import code, environments, packages, server_table
from bench.words import counted


def environment(
    host: Host,
    root: Path,
    engines: Iterable[Engine],
    profile: Profile | None = None,
    workers: int = 1,
    *,
    crawled: bool = False,
    generators: int = 1,
) -> Environment:
    """The environment of a run of the checkout at `root`, with servers of up to so many workers and so many generators.

    The versions and settings of the databases and the version of the contract are included, and where something is
    crawled those of the crawler.
    """
    engines = tuple(engines)
    here = replace(
        host.facts(root, workers, generators),
        contract=contract.VERSION,
        databases={engine.name: engine.version() for engine in engines},
        database_settings={engine.name: engine.settings() for engine in engines},
    )
    if crawled:
        here = replace(here, tools={**here.tools, **written.versions()})
    if profile is None or not profile.instruction_rounds:
        return here
    return replace(here, tools={**here.tools, "valgrind": counting.version(host) or "unknown"})


def suts(plan: Plan, state: Path) -> tuple[SutInfo, ...]:
    """The SUTs of a plan with the versions that are installed now; raises SetupError where they cannot be read."""
    asked = plan.asked | {workload.id for workload in plan.workloads}
    return tuple(_sut(sut, state, asked) for sut in plan.suts)


def _sut(sut: Sut, state: Path, asked: Collection[str]) -> SutInfo:
    package = server_table.find(sut.server).package or sut.app.package
    versions = environments.versions(sut.app, ("python", sut.app.package, package), state)
    lacking = server_table.unsupported(sut)
    return SutInfo(
        id=sut.id,
        label=_label(sut, versions[sut.app.package]),
        key=sut.key,
        server=server_table.words(sut.server, versions[package]),
        group="common" if sut.server == COMMON else "native",
        data_layer=sut.app.data_layer,
        versions=versions,
        serialiser=sut.app.serialiser,
        validation=sut.app.validation,
        notes=(*sut.app.notes, *(server_table.remarks(sut) if WAITING & set(asked) else ())),
        base_of=replace(sut.key, edition="").id if sut.key.edition else None,
        interface=sut.app.interface,
        not_offered={name: reason for name, reason in lacking.items() if name in asked},
        not_hardened={name: reason for name, reason in lacking.items() if hardening.concerns(name)},
        code=code.digest(sut.app.folder, sut.key.app_id if sut.app.variant_of else "", sut.app.foreign),
        variant_of=replace(sut.key, app=sut.app.variant_of, variant="").id if sut.app.variant_of else "",
        difference=sut.app.difference,
    )


def with_violations(sut: SutInfo, violations: Sequence[Violation]) -> SutInfo:
    """A SUT with the clauses of `hardening` that it was seen to break, each with its first violation."""
    seen: dict[str, str] = {}
    for violation in violations:
        seen.setdefault(violation.clause, f"{violation.request}: {violation.got} instead of {violation.expected}")
    return replace(sut, not_hardened=sut.not_hardened | seen)


def with_statements(sut: SutInfo, sent: Sent) -> SutInfo:
    """A SUT with what each of its operations was seen to send to the database."""
    statements = {operation: tuple(own) for operation, own in sent.statements.items()}
    return replace(sut, statements=statements, round_trips=dict(sent.round_trips))


def _label(sut: Sut, version: str) -> str:
    """The name with its measured version, which variant it is, the edition where the version does not say it, and the
    database where that is not the usual one.

    What has no framework has no version of its own: Python's is the same for all.
    """
    app, name = sut.app, sut.key.database
    on = "" if name == USUAL_DATABASE else f"on {DATABASES.get(name, name)}"
    label = app.label if app.package == packages.NONE else f"{app.label} {version}"
    workers = counted(sut.workers, "worker") if sut.workers > 1 else ""
    apart = ", ".join(filter(None, (app.variant, workers, "" if app.edition == version else app.edition)))
    return " ".join(filter(None, (label, f"({apart})" if apart else "", on)))


def closed(workload: Workload, profile: Profile) -> WorkloadInfo:
    """The closed loop of a workload."""
    key = WorkloadKey(workload.id, "closed")
    return _info(key, workload, workload.title, orders.users(profile, workload))


def opened(workload: Workload, profile: Profile, rates: Mapping[str, float]) -> Iterator[WorkloadInfo]:
    """The open loop of a workload: at the common rate, then at shares of what each SUT managed."""
    connections = profile.open_connections
    if rate_rps := rates.get(workload.id):
        title = f"{workload.title}, arriving at {rate_rps:g}/s"
        key = WorkloadKey(workload.id, "open")
        yield _info(key, workload, title, connections, arrival_rate_rps=rate_rps)
    for share in profile.own_shares:
        title = f"{workload.title}, arriving at {share:.0%} of the SUT's own throughput"
        yield _info(WorkloadKey(workload.id, "open", share), workload, title, connections)


def crawled(pages: int) -> Iterator[WorkloadInfo]:
    """The crawl of so many pages, with every setting of the crawler; nothing for no pages."""
    if pages:
        settings = written.settings()
        title = f"{pages:,} pages of the catalogue, crawled by Scrapy, its items kept in {len(feeds.SUFFIXES)} feeds"
        info = WorkloadInfo.of(
            WorkloadKey(CRAWL, "crawl"),
            title,
            f"{BROWSE.id}, {SHELF} x {VIEW_ITEM.id}",
            int(settings["CONCURRENT_REQUESTS"]),
            operations=(BROWSE.id, VIEW_ITEM.id),
        )
        yield replace(info, settings=settings)


def started(profile: Profile) -> Iterator[WorkloadInfo]:
    """The start of every server, once a round; nothing where there are no rounds."""
    if profile.rounds:
        yield WorkloadInfo.of(
            WorkloadKey(STARTING, "start"),
            "A fresh server, to its first answer",
            PLAINTEXT.id,
            operations=(PLAINTEXT.id,),
        )


def capacity(workload: Workload, profile: Profile) -> WorkloadInfo:
    """The search for the capacity under a workload."""
    title = (
        f"{workload.title}: the highest arrival rate with a 99th percentile within {profile.objective_s * 1000:g} ms"
    )
    key = WorkloadKey(workload.id, "capacity")
    return _info(key, workload, title, profile.open_connections, objective_s=profile.objective_s)


def _info(key: WorkloadKey, workload: Workload, title: str, concurrency: int, **how: float | None) -> WorkloadInfo:
    return WorkloadInfo.of(key, title, _mix(workload), concurrency, operations=workload.operations, **how)


def _mix(workload: Workload) -> str:
    counts = Counter(step.operation for step in workload.steps)
    return ", ".join(name if count == 1 else f"{count} x {name}" for name, count in counts.items())
