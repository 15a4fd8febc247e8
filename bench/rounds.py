"""Doing one round: fresh servers, every workload's rotation once, and what each SUT did in it."""

import contextlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench import audit, latency, machine, processes, raw, servers
from bench.errors import ServerError
from bench.guard import Guard
from bench.load.client import Generator
from bench.load.protocol import Order, Tally, Target
from bench.model import EVERYTHING, TWIN, Failure, Workload
from bench.plan import Profile, RoundPlan
from bench.results import Cell, Round, sound
from bench.servers import Server
from bench.spec import database, smoke

Tell = Callable[[str, float], None]
"""Hears what is being done, and how many seconds under load are done in this round."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every round of a run uses."""

    profile: Profile
    folder: Path
    scratch: Path
    pristine: Path
    guard: Guard
    generator: Generator
    cpus: frozenset[int]


class RoundRunner:
    """Runs the workloads of one round on servers that are up."""

    def __init__(self, bench: Bench, plan: RoundPlan, tell: Tell) -> None:
        self._bench, self._plan, self._tell = bench, plan, tell
        self._up: dict[str, Server] = {}
        self.cells: list[Cell] = []
        self.failures: list[Failure] = []
        self.load_s = 0.0

    def do(self, rates: dict[str, float]) -> Round:
        """Do the round. `rates` are the arrival rates by workload; those still missing are found from the closed loop
        and added.
        """
        began, started_at = time.perf_counter(), datetime.now(UTC).isoformat(timespec="seconds")
        with contextlib.ExitStack() as stack:
            self._start(stack)
            starts = {name: server.start_s for name, server in self._up.items()}
            for workload in self._plan.workloads:
                self._rotate(workload, None)
            self._choose_rates(rates)
            for workload in self._plan.open_workloads:
                if workload.id in rates:
                    self._rotate(workload, rates[workload.id])
            self._bench.generator.forget()
            for server in self._up.values():
                server.ask_to_stop()
        return Round(
            number=self._plan.number,
            started_at=started_at,
            wall_s=time.perf_counter() - began,
            load_s=self.load_s,
            twin_of=self._plan.twin_of.id,
            start_s=starts,
            cells=tuple(self.cells),
            failures=tuple(self.failures),
        )

    def _start(self, stack: contextlib.ExitStack) -> None:
        for sut in (*self._plan.suts, replace(self._plan.twin_of, id=TWIN)):
            self._tell(f"starting {sut.id}", self.load_s)
            data = self._data(sut.id)
            log = self._bench.scratch / f"{sut.id}.log"
            try:
                database.copy(self._bench.pristine, data)
                server = stack.enter_context(servers.serve(sut, data, log, self._bench.guard))
                smoke.check(server.url)
                self._up[sut.id] = server
            except ServerError as error:
                self._fail(sut.id, EVERYTHING, str(error))
        for server in self._up.values():
            processes.pin(server.pids(), self._bench.cpus)

    def _rotate(self, workload: Workload, rate_rps: float | None) -> None:
        """One workload's rotation, and the table put back after it."""
        if not self._up:
            return
        name = open_id(workload) if rate_rps else workload.id
        self._tell(name, self.load_s)
        if workload.stock:
            self._restore(workload.stock)
        before, began = psutil.cpu_times(), time.perf_counter()
        times = raw.path(self._bench.folder, self._plan.number, name)
        reply = self._bench.generator.rotate(self._order(workload, rate_rps, times))
        self.load_s += time.perf_counter() - began
        steal = machine.steal_share(before, psutil.cpu_times())
        for tally in reply.tallies:
            self._record(name, tally, steal)
        if workload.writes:
            self._restore()

    def _order(self, workload: Workload, rate_rps: float | None, times: Path) -> Order:
        profile = self._bench.profile
        times.parent.mkdir(exist_ok=True)
        targets = tuple(Target(name, "127.0.0.1", server.port, server.pids()) for name, server in self._up.items())
        closed = Order(
            workload=workload,
            targets=targets,
            turns=profile.turns,
            slice_s=profile.slice_s,
            concurrency=profile.concurrency,
            seed=self._plan.seed,
            times=str(times),
            warm_up_turns=profile.warm_up_turns,
        )
        if rate_rps is None:
            return closed
        return replace(
            closed,
            turns=profile.open_turns,
            slice_s=profile.open_slice_s,
            concurrency=profile.open_connections,
            arrival_rate_rps=rate_rps,
            warm_up_turns=0,
        )

    def _record(self, workload: str, tally: Tally, steal: float | None) -> None:
        server = self._up[tally.sut]
        cell = _cell(
            workload, tally, processes.memory_peak_bytes(server.pids()), steal, self._bench.folder, self._plan.number
        )
        if cell.requests:
            self.cells.append(cell)
        try:
            server.check_alive()
        except ServerError as error:
            self._lose(tally.sut, workload, str(error))
        else:
            failure = audit.failure(cell, tally.wrong, tally.dropped)
            if failure:
                self._fail(failure.sut, workload, failure.reason)

    def _choose_rates(self, rates: dict[str, float]) -> None:
        """A share of what the slowest SUT managed: a rate that all of them can carry, kept for the whole run."""
        cells = sound(self.cells, self.failures)
        for workload in self._plan.open_workloads:
            managed = [cell.requests / cell.busy_s for cell in cells if cell.workload == workload.id]
            if managed and workload.id not in rates:
                rates[workload.id] = two_digits(self._bench.profile.open_share * min(managed))

    def _restore(self, stock: int = 0) -> None:
        for name in tuple(self._up):
            try:
                database.restore(self._data(name), self._bench.pristine, stock)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                self._lose(name, EVERYTHING, f"its database could not be put back, for it holds a lock ({error})")

    def _data(self, sut: str) -> Path:
        return self._bench.scratch / f"{sut}.db"

    def _lose(self, sut: str, workload: str, reason: str) -> None:
        """A server that is out of this round from here on."""
        del self._up[sut]
        self._fail(sut, workload, reason)

    def _fail(self, sut: str, workload: str, reason: str) -> None:
        self.failures.append(Failure(sut, workload, reason))


@contextlib.contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder for databases and logs, gone afterwards: named like `folder`, and nobody else's."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    own = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def open_id(workload: Workload) -> str:
    """How a workload is called when its requests arrive at a rate."""
    return f"{workload.id}-open"


def two_digits(value: float) -> float:
    """Rounded to two significant digits, so that a rate is a number that people can say."""
    return float(f"{value:.2g}")


def _cell(workload: str, tally: Tally, memory: int, steal: float | None, folder: Path, number: int) -> Cell:
    def share(series: str, q: float) -> float | None:
        times = raw.times(folder, number, workload, tally.sut + series)
        return latency.percentile(times, q) if times is not None and times.size else None

    times = raw.times(folder, number, workload, tally.sut)
    return Cell(
        sut=tally.sut,
        workload=workload,
        requests=sum(each.requests for each in tally.slices),
        busy_s=sum(each.busy_s for each in tally.slices),
        cpu_ns=sum(each.cpu_ns for each in tally.slices),
        generator_cpu_ns=sum(each.generator_cpu_ns for each in tally.slices),
        slices=len(tally.slices),
        response_mean_s=float(times.mean()) if times is not None and times.size else 0.0,
        response_p50_s=share("", 0.5) or 0.0,
        response_p90_s=share("", 0.9) or 0.0,
        response_p99_s=share("", 0.99) or 0.0,
        memory_peak_bytes=memory,
        errors=tally.errors,
        reconnects=tally.reconnects,
        sampled=tally.sampled,
        backlog=tally.backlog,
        service_p50_s=share(".service", 0.5),
        lag_p99_s=share(".lag", 0.99),
        steal_share=steal,
    )
