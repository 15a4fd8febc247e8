"""The checks of a result on itself: of each cell before it counts, and of the run as a whole. Pure."""

import math
from collections.abc import Callable, Sequence

from bench.analysis import limits, machine, network
from bench.identity import USUAL_DATABASE
from bench.metrics import BY_ID
from bench.model import Failure
from bench.statistics import latency, stats
from bench.store.results import Cell, Check, Finding, Run
from bench.words import counted

LITTLE_LIMIT = 0.05
RECONNECTS_LIMIT = 0
THREADS_LIMIT = 64
"""More than a pool of threads has that grows to its usual size: asyncio's has 32, AnyIO's 40."""
_NAMED = 3


def failure(
    cell: Cell, wrong: tuple[str, ...], dropped: str | None, odd: str | None = None, connections: int = 1
) -> Failure | None:
    """Why a cell is no measurement; None where it is one. Errors and wrong answers are never counted as throughput.

    `dropped` is why the generator gave its server up, `odd` in what the cell contradicts itself; the load came over so
    many `connections`.
    """
    reason = (
        dropped
        or (f"errors: {', '.join(f'{n} x {kind}' for kind, n in sorted(cell.errors.items()))}" if cell.errors else None)
        or (f"a wrong answer under load: {wrong[0]}" if wrong else None)
        or (None if cell.requests else "no request was answered")
        or (None if cell.response_p50_s else _slow(cell, connections))
        or odd
        or (None if cell.cpu_ns > 0 else "no CPU time was seen in its processes")
        or (None if _ordered(cell) else "percentiles out of order")
    )
    return Failure(cell.sut, cell.workload, reason) if reason else None


def crawl_failure(cell: Cell, dropped: str | None) -> Failure | None:
    """Why a crawl is no measurement; None where it is one. `dropped`: why it was given up, or how its feeds differ."""
    reason = (
        dropped
        or (None if cell.requests else "no page was crawled")
        or (None if cell.cpu_ns > 0 else "no CPU time was seen in its processes")
    )
    return Failure(cell.sut, cell.workload, reason) if reason else None


def _slow(cell: Cell, connections: int) -> str:
    """The reason for slices in which no user got a second answer, with the rate that was seen."""
    rate = math.ceil(cell.requests / cell.busy_s) if cell.busy_s else 0
    seen = f"at most {counted(rate, 'request')} a second over {counted(connections, 'connection')}"
    busy = cell.busy_s > 0 and limits.server_share([cell]) >= limits.IDLE
    why = "its CPU was busy all the time" if busy else "does something block, or is the machine busy?"
    return f"{seen}, too few for these slices: {why}"


def checks(run: Run) -> tuple[Check, ...]:
    """All checks on a run, in the order of their importance to a reader."""
    return tuple(check for make in _CHECKS if (check := make(run)) is not None)


def _cells(run: Run, kind: str) -> list[tuple[str, str, list[Cell]]]:
    """All sound cells of one kind of workload, by SUT and workload."""
    chosen = {workload.id for workload in run.workloads if workload.kind == kind}
    return [(sut, workload, cells) for (sut, workload), cells in run.sound_cells().items() if workload in chosen]


def _ordered(cell: Cell) -> bool:
    return latency.percentiles_ordered({0.5: cell.response_p50_s, 0.9: cell.response_p90_s, 0.99: cell.response_p99_s})


def _contract(run: Run) -> Check:
    verified = run.plan.verified
    missing = sorted({sut.key.app for sut in run.suts} - set(verified))
    sampled = sum(cell.sampled for round_ in run.rounds for cell in round_.cells)
    detail = (
        f"not verified: {', '.join(missing)}"
        if missing
        else f"every app met every clause {_extent(run)}before it was measured; "
        f"{sampled:,} answers were checked under load"
    )
    return Check("contract", "Contract", "fail" if missing else "pass", len(missing), 0, detail)


def _extent(run: Run) -> str:
    """Of which group, with the clauses of `hardening` that some SUTs do not keep; empty where they keep all."""
    lacking = [f"{sut.id} lacks {', '.join(sut.not_hardened)}" for sut in run.suts if sut.not_hardened]
    return f"of the core (of the group hardening, {'; '.join(lacking)}) " if lacking else ""


def _errors(run: Run) -> Check:
    count = len(run.failures)
    detail = "; ".join(map(str, run.failures[:3])) or "no error, no wrong answer"
    return Check("errors", "No errors", "fail" if count else "pass", count, 0, detail)


def _headroom(run: Run) -> Check | None:
    closed = _cells(run, "closed")
    if not closed:
        return None
    worst, sut, workload = max((limits.generator_share(cells), sut, workload) for sut, workload, cells in closed)
    detail = f"the generator was busiest with {sut} in {workload}: {worst:.0%} of its CPU"
    limited = [f"{sut} in {workload}" for sut, workload, cells in closed if limits.held_down(cells)]
    if limited:
        detail += f'; it may have held down {_first(limited)}, printed as "at least"'
    return Check(
        "generator-headroom", "Generator headroom", "warn" if limited else "pass", worst, limits.GENERATOR, detail
    )


def _saturation(run: Run) -> Check | None:
    """A throughput is the server's limit only if there was no CPU left: with its database it must use nearly all."""
    unknown, waiting = limits.uncounted(run), limits.waiting(run)
    shares = [
        (limits.server_share(cells), sut, workload, cells[0].cpus)
        for sut, workload, cells in _cells(run, "closed")
        if (sut, workload) not in unknown and workload not in waiting
    ]
    if not shares:
        return None
    least, sut, workload, cpus = min(shares)
    share = f"{least:.0%} of {'a CPU' if cpus == 1 else f'its {cpus} CPUs'}"
    with_it = ", its database included" if run.environment.database_settings.keys() - {USUAL_DATABASE} else ""
    loop = f"a closed loop{' without a service to wait for' if waiting else ''}"
    detail = f"the server that was least busy in {loop} used {share}{with_it} ({sut}, {workload})"
    finding: Finding = "pass" if least >= limits.IDLE else "warn"
    return Check("saturation", "Servers saturated", finding, least, limits.IDLE, detail)


def _little(run: Run) -> Check | None:
    errors = [
        (_little_error(known), sut, workload)
        for sut, workload, cells in _cells(run, "closed")
        if (known := [cell for cell in cells if cell.held_s])
    ]
    if not errors:
        return None
    worst, sut, workload = max(errors)
    detail = f"concurrency = throughput x mean response time holds within {worst:.1%} ({sut}, {workload})"
    return _limited("littles-law", "Little's law", worst, LITTLE_LIMIT, detail, "warn")


def _little_error(cells: list[Cell]) -> float:
    """By the mean concurrency, for in a slice that is drained one user after the other has had its last answer."""
    requests, busy_s = sum(cell.requests for cell in cells), sum(cell.busy_s for cell in cells)
    held_s, waited_s = sum(cell.held_s or 0 for cell in cells), sum(cell.waited_s or 0 for cell in cells)
    return latency.littles_law_error(held_s / busy_s, requests / busy_s, waited_s / requests)


def _lag(run: Run) -> Check | None:
    infos = {workload.id: workload for workload in run.workloads}
    lags = [
        (share, sut, workload)
        for sut, workload, cells in _cells(run, "open")
        if not limits.piled_up(infos[workload], cells) and (share := limits.delay_share(cells)) is not None
    ]
    if not lags:
        return None
    worst, sut, workload = max(lags)
    detail = f"late sending made up at most {worst:.1%} of a median response time ({sut}, {workload})"
    return _limited("send-lag", "Send lag", worst, limits.LAG, detail, "warn")


def _reconnects(run: Run) -> Check:
    count = sum(cell.reconnects for round_ in run.rounds for cell in round_.cells)
    suts = sorted({cell.sut for round_ in run.rounds for cell in round_.cells if cell.reconnects})
    whose = f" ({_first(suts)})" if suts else ""
    detail = f"{count:,} connections had to be opened again under load{whose}"
    return _limited("reconnects", "Connections kept", count, RECONNECTS_LIMIT, detail, "warn")


def _quiet_servers(run: Run) -> Check | None:
    """Servers that write a log or files, or leave threads behind, do work that the others do not."""
    cells = [cell for round_ in run.rounds for cell in round_.cells if cell.logged_bytes is not None]
    if not cells:
        return None
    wrote = {cell.sut for cell in cells if (cell.logged_bytes or 0) > cell.requests}
    left = {cell.sut for cell in cells if (cell.threads_left or 0) > THREADS_LIMIT}
    files = {cell.sut: f"{cell.sut} ({cell.files_changed[0]})" for cell in cells if cell.files_changed}
    parts = [f"{_first(sorted(wrote))} wrote a log under load"] if wrote else []
    parts += [f"{_first(sorted(left))} left threads running"] if left else []
    beside = _first(sorted(files.values()))
    parts += [f"files changed under load beside the code or database of {beside}"] if files else []
    known = all(cell.files_changed is not None for cell in cells)
    none = "no server wrote a line for each request, or left many threads running"
    detail = "; ".join(parts) or (f"{none}, and none changed a file beside its code or database" if known else none)
    loud = len(wrote | left | files.keys())
    return Check("quiet-servers", "Quiet servers", "warn" if parts else "pass", loud, 0, detail)


def _noise(run: Run) -> Check | None:
    floors = [floor for floor in run.noise if floor.kind == "closed" and BY_ID[floor.metric].averaged]
    if not floors:
        return None
    worst = max(floors, key=lambda floor: floor.estimate.value)
    floors_in_words = ", ".join(f"{floor.estimate.value:.1%} in {BY_ID[floor.metric].name}" for floor in floors)
    detail = f"two copies of one SUT came out {floors_in_words} apart"
    if stats.ranking_withheld(worst.estimate.value):
        detail += "; above the limit the ranking is withheld"
    return _limited("noise-floor", "Noise floor", worst.estimate.value, stats.RANKING_LIMIT, detail, "fail")


def _rates(run: Run) -> Check | None:
    """In an open loop the server must keep up: what arrived was answered within its slice, near enough."""
    opened = _cells(run, "open")
    if not opened:
        return None
    infos = {workload.id: workload for workload in run.workloads if workload.kind == "open"}
    worst, sut, workload = max((limits.backlog(cells), sut, workload) for sut, workload, cells in opened)
    limit = max(map(limits.in_flight, infos.values()))
    detail = f"in the median slice at most {worst:.0f} requests were under way when arrivals ended ({sut}, {workload})"
    piled = [f"{sut} in {workload}" for sut, workload, cells in opened if limits.piled_up(infos[workload], cells)]
    if piled:
        detail += f"; the rate was too high for {_first(piled)}"
    return _limited("backlog", "Rates carried", worst, limit, detail, "warn")


def _first(names: Sequence[str]) -> str:
    """The first few of many names, and the number of the others."""
    rest = len(names) - _NAMED
    return ", ".join(names) if rest <= 1 else f"{', '.join(names[:_NAMED])} and {rest} more"


def _limited(name: str, title: str, value: float, limit: float, detail: str, otherwise: Finding) -> Check:
    return Check(name, title, "pass" if value <= limit else otherwise, value, limit, detail)


_CHECKS: tuple[Callable[[Run], Check | None], ...] = (
    _contract,
    _errors,
    _noise,
    _headroom,
    _saturation,
    _little,
    _lag,
    _rates,
    _reconnects,
    _quiet_servers,
    network.between,
    machine.placement,
    machine.generators,
    machine.quota,
    machine.quiet,
    machine.neighbours,
)
