"""What a request costs the app's server, and what it costs its database, as charts. Pure."""

from collections.abc import Iterator, Mapping

from bench.identity import USUAL_DATABASE
from bench.metrics import CPU_PER_REQUEST, DATABASE_CPU
from bench.report import groups
from bench.report.strips import Line, Strip, from_zero, point
from bench.report.view import View
from bench.store.results import Measurement
from bench.words import one_line, si

SERVER, DATABASE = ("disc", "blue"), ("diamond", "orange")
"""How the two are drawn."""

_Known = Mapping[tuple[str, str | None, str], Measurement]


def strips(view: View) -> list[Strip]:
    """One chart for each closed workload of a run on several databases or on a served one, the cheapest SUT first; a
    SUT whose database's share is not known is in none.
    """
    if not view.sides:
        return []
    known = {(one.sut, one.workload, one.metric): one for one in view.run.measurements}
    drawn = []
    for workload in (workload for workload in view.run.workloads if workload.kind == "closed"):
        lines = sorted(_lines(view, workload.id, known), key=lambda line: sum(seen.value for seen in line.points))
        if lines:
            drawn.append(from_zero(f"CPU of one request: {workload.name}", tuple(lines), _words))
    return drawn


def _lines(view: View, workload: str, known: _Known) -> Iterator[Line]:
    for sut in groups.of_first(view.run.suts):
        own = known.get((sut.id, workload, CPU_PER_REQUEST.id))
        served = known.get((sut.id, workload, DATABASE_CPU.id))
        if own is None or (served is None and sut.key.database != USUAL_DATABASE):
            continue
        shares = [(own.estimate, SERVER)] + ([(served.estimate, DATABASE)] if served else [])
        words = " + ".join(si(share.value) for share, _ in shares)
        yield Line(one_line(sut.named), f"{words} µs", tuple(point(share, *look) for share, look in shares))


def _words(value: float) -> str:
    return f"{si(value)} µs" if value else "0"
