"""The ground that is this machine."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import databases
from bench.analysis.sent import Sent
from bench.databases.protocol import Database, Template
from bench.environment import Environment, Throttling
from bench.errors import ServerError
from bench.host import neighbours
from bench.host.clock import Clock
from bench.host.protocol import Cpus, Host
from bench.measure import descriptions, traces, verification
from bench.measure.ground import Verified
from bench.measure.plan import Plan
from bench.measure.traces import Left, Traces
from bench.model import App, Sut
from bench.store.described import SutInfo
from bench.suts import environments, servers, upstream
from bench.suts.environments import LeaveOut
from bench.suts.servers import Server
from bench.suts.upstream import Upstream
from bench.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LocalStand:
    """See Stand. `cpus` are its own: one for each of its workers, or as many as there are."""

    server: Server
    database: Database
    host: Host
    cpus: Cpus

    @property
    def sut(self) -> Sut:
        """See Stand."""
        return self.server.sut

    @property
    def address(self) -> str:
        """See Stand."""
        return self.host.address

    @property
    def port(self) -> int:
        """See Stand."""
        return self.server.port

    @property
    def url(self) -> str:
        """See Stand."""
        return self.server.url

    @property
    def start_s(self) -> float:
        """See Stand."""
        return self.server.start_s

    @property
    def cpu_count(self) -> int:
        """Where nothing is pinned, one for each worker."""
        return len(self.cpus) or self.sut.workers

    def pids(self) -> tuple[int, ...]:
        """See Stand."""
        return self.server.pids()

    def database_pids(self) -> tuple[int, ...]:
        """See Stand."""
        return self.database.processes()

    def clocks(self) -> tuple[Clock, Clock]:
        """See Stand."""
        return self.host.clock(self.pids()), self.host.clock(self.database_pids())

    def memory_bytes(self) -> tuple[int, int]:
        """See Stand."""
        pids = self.pids()
        return self.host.memory_peak_bytes(pids), self.host.memory_pss_bytes(pids)

    def pin(self) -> None:
        """See Stand."""
        self.host.pin(self.pids(), self.cpus)

    def traces(self) -> Traces:
        """See Stand."""
        return traces.of(self.server)

    def left(self, before: Traces) -> Left:
        """See Stand."""
        return traces.since(before, self.server)

    def restore(self, stock: int = 0) -> None:
        """See Stand."""
        self.database.restore(stock)

    def check_alive(self) -> None:
        """See Stand."""
        self.server.check_alive()

    def ask_to_stop(self) -> None:
        """See Stand."""
        self.server.ask_to_stop()


@dataclass(frozen=True, slots=True)
class LocalField:
    """See Field. Logs go to `scratch`; `state` has the apps' environments."""

    host: Host
    scratch: Path
    state: Path
    templates: Mapping[str, Template]
    cpus: Cpus
    upstream: Upstream = field(default_factory=Upstream)

    @contextmanager
    def stand(self, sut: Sut) -> Iterator[LocalStand]:
        """See Field."""
        database = self.templates[sut.key.database].copy(sut.id)
        # Before the app connects: a server that makes a process of each connection hands its CPUs on.
        self.host.pin(database.processes(), self.cpus)
        log = self.scratch / f"{sut.id}.log"
        called = self.upstream.surroundings
        with servers.serve(sut, database.url, log, self.host, self.state, surroundings=called) as server:
            yield LocalStand(server, database, self.host, frozenset(sorted(self.cpus)[: sut.workers]))

    def cpu_times(self) -> Any:
        """See Field."""
        return self.host.cpu_times()

    def throttling(self) -> Throttling:
        """See Field."""
        return self.host.throttling()

    def loop_us(self) -> tuple[float, ...]:
        """See Field."""
        return neighbours.loop_us(self.host, self.cpus)


@dataclass(frozen=True, slots=True)
class LocalGround:
    """See Ground."""

    host: Host
    workspace: Workspace

    def require(self, names: Iterable[str]) -> None:
        """See Ground."""
        for name in names:
            databases.find(name).require()

    def prepare(self, apps: Sequence[App], leave_out: LeaveOut | None) -> Iterator[App]:
        """See Ground."""
        return environments.prepare(apps, self.workspace.state, leave_out)

    def verify(self, suts: Sequence[Sut], *, whole: bool) -> Verified:
        """See Ground."""
        sent: dict[str, Sent] = {}
        broken: dict[str, ServerError] = {}
        violations = verification.verify_suts(
            suts,
            self.workspace,
            lambda *_: None,
            note_sent=lambda sut, own: sent.update({sut.id: own}),
            leave_out=None if whole else lambda sut, error: broken.update({sut.id: error}),
        )
        return Verified(violations, sent, broken)

    def facts(self) -> Environment:
        """See Ground."""
        return self.host.facts(self.workspace.root)

    def environment(self, plan: Plan) -> Environment:
        """See Ground."""
        return descriptions.environment(
            self.host,
            self.workspace.root,
            map(databases.find, plan.databases),
            plan.profile,
            plan.most_workers,
            crawled=plan.crawl_pages > 0,
            generators=plan.team.here,
        )

    def suts(self, plan: Plan) -> tuple[SutInfo, ...]:
        """See Ground."""
        return descriptions.suts(plan, self.workspace.state)

    @contextmanager
    def field(self, plan: Plan, scratch: Path) -> Iterator[LocalField]:
        """See Ground."""
        on_servers, on_generator = self.host.cpu_sets(plan.most_workers)
        needed = upstream.calls(plan.suts) and any(workload.wait_s for workload in plan.workloads)
        with (
            databases.seeded(plan.databases, scratch) as templates,
            upstream.running(self.host, scratch / "upstream.log", needed=needed, cpus=on_generator) as called,
        ):
            yield LocalField(self.host, scratch, self.workspace.state, templates, on_servers, called)
