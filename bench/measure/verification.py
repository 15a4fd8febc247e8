"""Checks apps against the contract: behind real servers, each on a database of its own."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench import databases
from bench.analysis.sent import Sent
from bench.contract import operations, seed
from bench.contract.client import Client
from bench.contract.operations.operation import CORE
from bench.contract.shop import Shop
from bench.contract.table import ServedTable
from bench.contract.verify import verify
from bench.contract.violation import Findings, Violation
from bench.crawl import walk
from bench.crawl.process import crawler
from bench.databases.protocol import Database, Template
from bench.databases.relay import relayed
from bench.errors import ServerError
from bench.host import local
from bench.host.protocol import Host
from bench.host.scratch import scratch
from bench.measure import statements
from bench.model import Item, Sut
from bench.suts import environments, server_table, servers, upstream
from bench.suts.upstream import Upstream
from bench.workspace import Workspace

_AT_ONCE = 4
"""More than there are CPUs: half of a check's time is spent waiting for an app that waits for a locked database."""
Report = Callable[[Sut, list[Violation]], None]
NoteSent = Callable[[Sut, Sent], None]
LeaveOut = Callable[[Sut, ServerError], None]
SERVED_AT = "http://localhost:8000"
"""Where `serve` serves an app by default, for whoever wants to ask it again what was asked here."""


def verify_suts(
    suts: Sequence[Sut],
    workspace: Workspace,
    report: Report,
    *,
    only: Iterable[str] = (),
    crawled: bool = False,
    gave_up: Callable[[str], None] = lambda _: None,
    note_sent: NoteSent | None = None,
    leave_out: LeaveOut | None = None,
) -> dict[str, list[Violation]]:
    """Check several SUTs, a few at a time; `report` is called with each as it ends; returns the violations by SUT id.

    `gave_up` hears of clauses that could not be settled. Those that are to be `crawled` are walked afterwards, from the
    first page of the catalogue to the last. `note_sent` receives what each SUT that keeps the core of the contract
    sends to its database; without it, nothing is counted. Of a server that does not come up `leave_out` hears; without
    that, ServerError is raised.

    Raises UsageError for a clause in `only` that does not exist, or an app that does not work on its database.
    """
    for sut in suts:
        databases.shared((sut.app,), sut.key.database)
    checks = _Checks(set(only) or None, gave_up, crawled, counted=note_sent is not None)
    violations: dict[str, list[Violation]] = {}
    # Left from the inside out: the host ends what still runs, so that nobody who interrupts waits for the checks.
    with (
        scratch(workspace.work / "verify") as folder,
        databases.seeded((sut.key.database for sut in suts), folder) as templates,
        ThreadPoolExecutor(_AT_ONCE) as pool,
        local.host() as host,
        upstream.running(host, folder / "upstream.log", needed=upstream.calls(suts)) as called,
    ):
        place = _Place(host, folder, workspace.state, templates, called)
        ahead = [(sut, pool.submit(_verify, sut, place, checks)) for sut in suts]
        try:
            for sut, future in ahead:
                try:
                    violations[sut.id], sent = future.result()
                except ServerError as error:
                    if leave_out is None:
                        raise
                    leave_out(sut, error)
                else:
                    report(sut, violations[sut.id])
                    if note_sent and sent.statements:
                        note_sent(sut, sent)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return violations


def verify_url(url: str, workspace: Workspace, *, only: Iterable[str] = (), crawled: bool = False) -> list[Violation]:
    """Check a server that is already up; its pages are compared with the items that it lists. Optional groups are left
    out, but for clauses in `only`.

    Raises what `verify` does.
    """
    clauses = set(only)
    unsupported: Collection[str] = () if clauses else operations.left_out(())
    violations = verify(url, only=clauses or None, unsupported=unsupported, thorough=crawled)
    if not crawled:
        return violations
    with scratch(workspace.work / "walk") as folder, local.host() as host:
        return [*violations, *_walk(url, host, folder, workspace.state, _listed(url))]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where SUTs are checked."""

    host: Host
    folder: Path
    state: Path
    templates: Mapping[str, Template]
    upstream: Upstream


@dataclass(frozen=True, slots=True)
class _Checks:
    """What is checked: the clauses in `only` (None: all of them), the catalogue by a crawl, and what is sent."""

    only: set[str] | None
    gave_up: Callable[[str], None]
    crawled: bool
    counted: bool


def _verify(sut: Sut, place: _Place, checks: _Checks) -> tuple[list[Violation], Sent]:
    database = place.templates[sut.key.database].copy(sut.id)
    surroundings = place.upstream.surroundings | (dict(database.surroundings()) if checks.counted else {})
    log = place.folder / f"{sut.id}.log"
    with servers.serve(sut, database.url, log, place.host, place.state, surroundings=surroundings) as running:
        violations = verify(
            running.url,
            database=database,
            seeded=True,
            only=checks.only,
            unsupported=server_table.unsupported(sut),
            log=running.news(),
            asked_at=SERVED_AT,
            thorough=checks.crawled,
            gave_up=checks.gave_up,
        )
        if checks.crawled:
            own = place.folder / f"walk-{sut.id}"
            own.mkdir()
            violations += _walk(running.url, place.host, own, place.state, seed.items())
        if not checks.counted or any(violation.group == CORE.id for violation in violations):
            return violations, Sent()
        sent = _sent(sut, running.url, database, place)
        return violations + statements.violations(sent), sent


def _sent(sut: Sut, url: str, database: Database, place: _Place) -> Sent:
    """What a SUT that is served at `url` sends to its database. If that is a server, the SUT is served afresh, by way
    of a relay: on the many connections that a check leaves, drivers would still be about to prepare their statements.
    """
    with relayed(database.url, place.host.address) as relay:
        if relay is None:
            return statements.of_sut(sut, url, database, None)
        log = place.folder / f"{sut.id}-afresh.log"
        surroundings = place.upstream.surroundings
        with servers.serve(sut, relay.url, log, place.host, place.state, surroundings=surroundings) as afresh:
            return statements.of_sut(sut, afresh.url, database, relay)


def _walk(url: str, host: Host, folder: Path, state: Path, table: Sequence[Item]) -> list[Violation]:
    with crawler(environments.crawler_python(state), folder / "scrapy.log", host) as scrapy:
        return walk.violations(scrapy, url, table, folder)


def _listed(url: str) -> tuple[Item, ...]:
    """The table as a server lists it; raises ServerError where it does not list all of it."""
    with Client(url) as client:
        rows = ServedTable(Shop(client, Findings())).rows()
    if rows is None:
        raise ServerError(f"The pages of {url} cannot be held against its table: /items does not list the whole of it.")
    return tuple(rows[number] for number in sorted(rows))
