"""Each app on its databases, side by side, and what it sends them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.analysis import sent
from bench.identity import DATABASES, USUAL_DATABASE
from bench.metrics import CPU_PER_REQUEST, DATABASE_CPU, THROUGHPUT
from bench.store.described import SutInfo
from bench.store.results import Measurement, Run
from bench.words import si

TITLE = "Databases side by side"
LEGEND = (
    "Requests a second in the closed loop, each ± half of its 95 % interval, and microseconds of CPU time for a "
    "request: the app's server + the processes that serve the database. SQLite works within the app. Where the second "
    "figure is a ?, the database's server was not ours, or its processes changed under load."
)
STATEMENTS_TITLE = "Statements of one request"
STATEMENTS_LEGEND = (
    "What one request sends to the database before anything is timed, as its server logs it (SQLite: as the app's own "
    "connections do), with whatever begins and ends a transaction or tests a connection. In brackets: what it takes at "
    "least."
)

_Known = Mapping[tuple[str, str | None, str], Measurement]


@dataclass(frozen=True, slots=True)
class Sides:
    """One workload of one app: a cell for each database of the run."""

    label: str
    workload: str
    cells: tuple[str, ...]


def heads(run: Run) -> tuple[str, ...]:
    """The databases of the run that are not all the usual one, by name; none where there is nothing to show."""
    names = _names(run)
    return tuple(DATABASES.get(name, name) for name in names) if set(names) != {USUAL_DATABASE} else ()


def rows(run: Run) -> Iterator[Sides]:
    """The apps on the common server in the run's order, each with every closed workload."""
    if not heads(run):
        return
    known = {(one.sut, one.workload, one.metric): one for one in run.measurements}
    for suts in _apps(run).values():
        for workload in (workload for workload in run.workloads if workload.kind == "closed"):
            cells = tuple(_cell(suts.get(name), workload.id, known) for name in _names(run))
            yield Sides(next(iter(suts.values())).key.app_id, workload.name, cells)


def statements(run: Run) -> Iterator[tuple[SutInfo, tuple[str, ...], tuple[str, ...]]]:
    """Each SUT whose statements were counted: the counts by operation, and what was more than an answer takes."""
    for sut in run.suts:
        if sut.statements:
            counts = tuple(
                f"{operation.id} {len(statements)} ({operation.allowed_statements})"
                for operation, statements in sent.watched(sut.statements)
            )
            yield (
                sut,
                counts,
                tuple(
                    f"{operation.id}: {'; '.join(statements)}" for operation, statements in sent.more(sut.statements)
                ),
            )


def _names(run: Run) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sut.key.database for sut in run.suts))


def _apps(run: Run) -> dict[tuple[str, str, str], dict[str, SutInfo]]:
    apps: dict[tuple[str, str, str], dict[str, SutInfo]] = {}
    for sut in run.suts:
        if sut.group == "common":
            apps.setdefault((sut.key.app, sut.key.variant, sut.key.edition), {})[sut.key.database] = sut
    return apps


def _cell(sut: SutInfo | None, workload: str, known: _Known) -> str:
    if sut is None:
        return "not offered"
    rate = known.get((sut.id, workload, THROUGHPUT.id))
    if rate is None:
        return "no figure"
    own = known.get((sut.id, workload, CPU_PER_REQUEST.id))
    figures = [si(own.estimate.value) if own else "?"]
    if sut.key.database != USUAL_DATABASE:
        served = known.get((sut.id, workload, DATABASE_CPU.id))
        figures.append(si(served.estimate.value) if served else "?")
    sure = f" ± {rate.estimate.half_width:.1%}" if rate.estimate.bounded else ""
    return f"{si(rate.estimate.value)}/s{sure}, {' + '.join(figures)} µs"
