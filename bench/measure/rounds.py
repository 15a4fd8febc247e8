"""Doing one round: fresh servers, every workload's rotation once, and what each SUT did in it."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.analysis import audit
from bench.contract import smoke, workloads
from bench.errors import DatabaseLocked, ServerError
from bench.host import facts
from bench.identity import WorkloadKey
from bench.load.protocol import Order, Tally, Target
from bench.measure import capacity, cells, crawls, orders
from bench.measure.arrivals import Arrivals, two_digits
from bench.measure.bench import Bench
from bench.measure.ground import Stand
from bench.measure.plan import RoundPlan
from bench.measure.traces import Left
from bench.model import CRAWL, EVERYTHING, TWIN, Failure, Tell, Workload
from bench.store import raw
from bench.store.results import Cell, Round, sound
from bench.suts import server_table


class RoundRunner:
    """Runs the workloads of one round on servers that are up; so far `load_s` seconds of it were under load."""

    def __init__(self, bench: Bench, plan: RoundPlan, tell: Tell) -> None:
        self._bench, self._plan, self._tell = bench, plan, tell
        self._up: dict[str, Stand] = {}
        self.cells: list[Cell] = []
        self.failures: list[Failure] = []
        self.capacities: dict[str, dict[str, float]] = {}
        self.load_s = 0.0

    def do(self, rates: dict[str, float]) -> Round:
        """Do the round. `rates` are the arrival rates by workload; those still missing are found from the closed loop
        and added.
        """
        began, started_at = self._bench.host.now_s(), datetime.now(UTC).isoformat(timespec="seconds")
        with contextlib.ExitStack() as stack:
            self._start(stack)
            starts = {name: stand.start_s for name, stand in self._up.items()}
            heavy = [workload for workload in self._plan.workloads if workloads.heavy(workload.operations)]
            for workload in self._plan.workloads:
                if workload not in heavy:
                    self._rotate(workload, None)
            self._choose_rates(rates)
            for workload in self._plan.open_workloads:
                self._open(workload, rates)
            for workload in self._plan.capacity_workloads:
                self._find_capacity(workload)
            self._crawl()
            for workload in heavy:
                self._rotate(workload, None)
            self._bench.generator.forget()
            for stand in self._up.values():
                stand.ask_to_stop()
        return Round(
            number=self._plan.number,
            started_at=started_at,
            wall_s=self._bench.host.now_s() - began,
            load_s=self.load_s,
            twin_of=self._plan.twin_of.id,
            start_s=starts,
            cells=tuple(self.cells),
            failures=tuple(self.failures),
            capacities=self.capacities,
        )

    def _start(self, stack: contextlib.ExitStack) -> None:
        for sut in (*self._plan.suts, replace(self._plan.twin_of, alias=TWIN)):
            self._tell(f"starting {sut.id}")
            try:
                stand = stack.enter_context(self._bench.field.stand(sut))
                smoke.check(stand.url, sut.app.unsupported)
                self._up[sut.id] = stand
            except ServerError as error:
                self._fail(sut.id, EVERYTHING, str(error))
        for stand in self._up.values():
            stand.pin()

    def _open(self, workload: Workload, rates: Mapping[str, float]) -> None:
        """The open loop: at the rate common to all, then at shares of what each managed in this round."""
        if workload.id in rates:
            at = dict.fromkeys(self._up, rates[workload.id])
            self._rotate(workload, Arrivals(WorkloadKey(workload.id, "open").id, at))
        managed = self._managed(workload)
        for share in self._bench.profile.own_shares if managed else ():
            at = {sut: share * rps for sut, rps in managed.items() if sut in self._up}
            self._rotate(workload, Arrivals(WorkloadKey(workload.id, "open", share).id, at, near_capacity=True))

    def _find_capacity(self, workload: Workload) -> None:
        """Search for the highest rate that each SUT carries, all side by side."""
        searches = {sut: capacity.begin(rps) for sut, rps in self._managed(workload).items()}
        key = WorkloadKey(workload.id, "capacity")
        for step in range(1, capacity.STEPS + 1):
            rates = {sut: search.rate_rps for sut, search in searches.items() if sut in self._up}
            for cell, _ in self._load(workload, Arrivals(key.trial_id(step), rates, near_capacity=True)):
                fits = capacity.carried(cell, rates[cell.sut], self._bench.profile.objective_s)
                searches[cell.sut] = searches[cell.sut].after(carried=fits)
                self._check_alive(cell)
        carried = {sut: search.carried_rps for sut, search in searches.items()}
        self.capacities[workload.id] = {sut: rps for sut, rps in carried.items() if rps}

    def _crawl(self) -> None:
        """Every SUT's pages by the same spider, last of all: it finds the tables as they were."""
        circuit, pages = self._bench.circuit, self._plan.crawl_pages
        if circuit and pages and self._up:
            self._tell(CRAWL)
            began = self._bench.host.now_s()
            self._keep(crawls.crawl(self._up, circuit, pages, str(self._plan.seed)))
            self.load_s += self._bench.host.now_s() - began

    def _rotate(self, workload: Workload, arrivals: Arrivals | None) -> None:
        """Load a workload in rotation, and keep its cells."""
        self._keep(self._load(workload, arrivals))

    def _keep(self, seen: Iterable[tuple[Cell, Failure | None]]) -> None:
        """Keep the cells, and the reason for each that is no measurement."""
        for cell, failure in seen:
            if cell.requests:
                self.cells.append(cell)
            if self._check_alive(cell) and failure:
                self._fail(failure.sut, cell.workload, failure.reason)

    def _load(self, workload: Workload, arrivals: Arrivals | None) -> list[tuple[Cell, Failure | None]]:
        """One rotation of a workload, and the table put back after it; with each cell, why it is no measurement."""
        if not self._asked(workload, arrivals):
            return []
        name = arrivals.id if arrivals else workload.id
        self._tell(name)
        if workload.stock:
            self._restore(workload.stock)
        field, began = self._bench.field, self._bench.host.now_s()
        before, were = field.cpu_times(), {sut: stand.traces() for sut, stand in self._up.items()}
        order = self._order(workload, arrivals, raw.path(self._bench.folder, self._plan.number, name))
        reply = self._bench.generator.rotate(order)
        self.load_s += self._bench.host.now_s() - began
        steal = facts.steal_share(before, field.cpu_times())
        left = {sut: stand.left(were[sut]) for sut, stand in self._up.items()}
        self._bench.generator.show(name, order, reply)
        counted = cells.databases_counted(order, self._database_pids())
        seen = [self._cell(name, tally, steal, left[tally.sut], tally.sut in counted) for tally in reply.tallies]
        if workload.writes:
            self._restore()
        return [
            (cell, self._audited(cell, tally, order, left[cell.sut]))
            for cell, tally in zip(seen, reply.tallies, strict=True)
        ]

    def _asked(self, workload: Workload, arrivals: Arrivals | None) -> dict[str, Stand]:
        """The servers that take part: those that are up, have a rate where there are rates, and offer the workload."""
        return {
            name: stand
            for name, stand in self._up.items()
            if (arrivals is None or name in arrivals.rates)
            and workloads.asked(workload, server_table.unsupported(stand.sut))
        }

    def _audited(self, cell: Cell, tally: Tally, order: Order, left: Left) -> Failure | None:
        times = raw.times(self._bench.folder, self._plan.number, cell.workload, cell.sut)
        odd = cells.contradiction(cell, order, 0 if times is None else times.size, tally.stride)
        failure = audit.failure(cell, tally.wrong, tally.dropped, left.trouble() or odd, order.concurrency)
        return failure and replace(failure, reason=left.reason(failure.reason))

    def _cell(self, name: str, tally: Tally, steal: float | None, left: Left, database: bool) -> Cell:
        stand = self._up[tally.sut]
        memory_bytes, memory_pss_bytes = stand.memory_bytes()
        cell = cells.from_tally(
            name,
            tally,
            self._bench.folder,
            self._plan.number,
            memory_bytes=memory_bytes,
            memory_pss_bytes=memory_pss_bytes,
            steal=steal,
            cpus=stand.cpu_count,
            database=database,
        )
        return replace(cell, threads_left=left.threads, logged_bytes=left.log_bytes, files_changed=left.files)

    def _order(self, workload: Workload, arrivals: Arrivals | None, times: Path) -> Order:
        profile = self._bench.profile
        rates = arrivals.rates if arrivals else dict.fromkeys(self._up)
        targets = tuple(_target(stand, rates[name]) for name, stand in self._asked(workload, arrivals).items())
        order = orders.kind(arrivals, begins=not self.cells)(profile, workload, targets, self._plan.seed, times)
        return replace(order, upstream=self._bench.field.upstream.clock)

    def _database_pids(self) -> dict[str, tuple[int, ...]]:
        return {sut: stand.database_pids() for sut, stand in self._up.items()}

    def _check_alive(self, cell: Cell) -> bool:
        """Whether the server still runs; one that does not is out of the round."""
        if cell.sut not in self._up:
            return False
        try:
            self._up[cell.sut].check_alive()
        except ServerError as error:
            self._lose(cell.sut, cell.workload, str(error))
            return False
        return True

    def _managed(self, workload: Workload) -> dict[str, float]:
        """Requests a second of each SUT in this round's closed loop."""
        sound_cells = sound(self.cells, self.failures)
        return {cell.sut: cell.requests / cell.busy_s for cell in sound_cells if cell.workload == workload.id}

    def _choose_rates(self, rates: dict[str, float]) -> None:
        """Choose a share of the slowest SUT's throughput: a rate that all can carry, kept for the whole run."""
        for workload in self._plan.open_workloads:
            managed = self._managed(workload)
            if managed and workload.id not in rates:
                rates[workload.id] = two_digits(self._bench.profile.open_share * min(managed.values()))

    def _restore(self, stock: int = 0) -> None:
        for name in tuple(self._up):
            try:
                self._up[name].restore(stock)
            except DatabaseLocked as error:
                self._lose(name, EVERYTHING, f"its database could not be put back: {error}")

    def _lose(self, sut: str, workload: str, reason: str) -> None:
        """Take a server out of the rest of this round."""
        del self._up[sut]
        self._fail(sut, workload, reason)

    def _fail(self, sut: str, workload: str, reason: str) -> None:
        self.failures.append(Failure(sut, workload, reason))


def _target(stand: Stand, rate_rps: float | None) -> Target:
    clock, database = stand.clocks()
    return Target(stand.sut.id, stand.address, stand.port, clock, rate_rps, database)
