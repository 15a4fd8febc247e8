"""Each app on its databases, side by side, and what it sends them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bench.analysis import noise, ratios
from bench.analysis.sent import Sent
from bench.identity import DATABASES, USUAL_DATABASE, SutKey
from bench.metrics import CPU_PER_REQUEST, DATABASE_CPU, THROUGHPUT
from bench.report import groups
from bench.store.described import SutInfo
from bench.store.results import Measurement, Run
from bench.words import SHAPES, counted, listing, percent, si

TITLE = "Databases side by side"
LEGEND = (
    "The throughput of the closed loop over that of the same app on the first database, with its 95 % interval in this "
    "run; then requests a second; then microseconds of CPU time for a request: the app's server + the processes that "
    "serve the database. SQLite works within the app. Where the second figure is a ?, the database's server was not "
    "ours, or its processes changed under load."
)
STATEMENTS_TITLE = "Statements of one request"
STATEMENTS_LEGEND = (
    "What one request sends to the database before anything is timed, as its server logs it (SQLite: as the app's own "
    "connections do), with whatever begins and ends a transaction or tests a connection; in so many round trips "
    "between app and server, where those were counted. In brackets: how many statements it takes at least."
)

_Known = Mapping[tuple[str, str | None, str], Measurement]
_Apps = dict[tuple[str, str, str, int], dict[str, SutInfo]]


@dataclass(frozen=True, slots=True)
class Sides:
    """One workload of one app: a cell for each database of the run."""

    label: str
    workload: str
    cells: tuple[str, ...]


def heads(run: Run) -> tuple[str, ...]:
    """The databases of the run that are not all the usual one, by name; none where there is nothing to show."""
    names = _names(run)
    return tuple(map(_title, names)) if set(names) != {USUAL_DATABASE} else ()


def rows(run: Run) -> Iterator[Sides]:
    """The apps on the common server in the run's order, each with every closed workload."""
    if not heads(run):
        return
    known = {(one.sut, one.workload, one.metric): one for one in run.measurements}
    held = ratios.limited(run, THROUGHPUT.id)
    for suts in _apps(run).values():
        for workload in (workload for workload in run.workloads if workload.kind == "closed"):
            limited = held.get(workload.id, set())
            beside = {name: _ratio(run, suts, name, workload.id, limited) for name in suts}
            cells = tuple(_cell(suts.get(name), beside.get(name, ""), workload.id, known) for name in _names(run))
            yield Sides(_label(next(iter(suts.values()))), workload.name, cells)


def remarks(run: Run) -> Iterator[str]:
    """Where the servers of the databases ran, and how far two copies of one app came out apart on each database."""
    if not heads(run):
        return
    settings = run.environment.database_settings
    if private := [_title(name) for name in _names(run) if settings.get(name, {}).get("server") == "private"]:
        whose = "The server of" if len(private) == 1 else "The servers of"
        verb = "was started for this run and shares" if len(private) == 1 else "were started for this run and share"
        yield f"{whose} {listing(private)} {verb} the CPUs of the apps' servers."
    if apart := list(noise.by_database(run, THROUGHPUT.id)):
        said = [
            f"{percent(one.floor.value)} on {_title(one.database)} ({counted(one.rounds, 'round')})" for one in apart
        ]
        yield f"In throughput, two copies of one app came out apart by {listing(said)}."


def statements(run: Run) -> Iterator[tuple[SutInfo, tuple[str, ...], tuple[str, ...]]]:
    """Each SUT whose statements were counted, once however many workers it has: the counts by operation, and what was
    more than an answer takes.
    """
    seen: set[SutKey] = set()
    for sut in run.suts:
        if sut.statements and (key := replace(sut.key, workers=1)) not in seen:
            seen.add(key)
            sent = Sent(sut.statements, sut.round_trips)
            counts = tuple(sent.brief(operation) for operation, _ in sent.watched())
            yield sut, counts, tuple(f"{operation.id}: {'; '.join(own)}" for operation, own in sent.more())


def _title(name: str) -> str:
    return DATABASES.get(name, name)


def _names(run: Run) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sut.key.database for sut in run.suts))


def _apps(run: Run) -> _Apps:
    apps: _Apps = {}
    for sut in groups.of_first(run.suts):
        which = (sut.key.app, sut.key.variant, sut.key.edition, sut.key.workers)
        apps.setdefault(which, {})[sut.key.database] = sut
    return apps


def _label(sut: SutInfo) -> str:
    workers = counted(sut.key.workers, "worker") if sut.key.workers > 1 else ""
    return ", ".join(filter(None, (sut.key.app_id, workers)))


def _ratio(run: Run, suts: Mapping[str, SutInfo], name: str, workload: str, limited: set[str]) -> str:
    """The app on one database over the same app on the first of the run; empty where that is no other, or unknown."""
    sut, first = suts[name], suts.get(_names(run)[0])
    if first is None or sut is first:
        return ""
    comparison = ratios.find(run.comparisons, sut.id, first.id, workload, THROUGHPUT.id)
    if comparison is None or (known := ratios.bounded(comparison, limited)) is None:
        return ""
    bound, ratio = known
    return f"{SHAPES[ratio.verdict]} {bound}{ratios.words(ratio)}"


def _cell(sut: SutInfo | None, ratio: str, workload: str, known: _Known) -> str:
    if sut is None:
        return "not offered"
    rate = known.get((sut.id, workload, THROUGHPUT.id))
    if rate is None:
        return "no figure"
    own = known.get((sut.id, workload, CPU_PER_REQUEST.id))
    spent = [si(own.estimate.value) if own else "?"]
    if sut.key.database != USUAL_DATABASE:
        served = known.get((sut.id, workload, DATABASE_CPU.id))
        spent.append(si(served.estimate.value) if served else "?")
    figures = f"{'at least ' if rate.at_least else ''}{si(rate.estimate.value)}/s", f"{' + '.join(spent)} µs"
    return ", ".join(filter(None, (ratio, *figures)))
