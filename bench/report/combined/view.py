"""The content of every face of a combined report, built once, so that the faces cannot disagree. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.combination import Combination
from bench.metrics import THROUGHPUT
from bench.report import html, provenance, strips, view
from bench.report.combined import tables, words
from bench.report.combined.tables import Across, CombinedTable
from bench.report.strips import Line, Point, Strip
from bench.report.view import View
from bench.words import counted, one_line

FACTS = ("Processor", "System", "Placement", "Rounds", "Started")
"""The facts of a run that are shown, as `provenance` names them."""
SIGNS = {"disc": "●", "square": "■", "up": "▲", "down": "▼"}
"""By machine, the shape of its points in the chart, and its sign; the last stands for all further machines."""
ELSEWHERE = "another machine"
"""The head of the column of what to expect there."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run and its machine in words: its name among the columns, its id, what its checks found, and its `FACTS`."""

    name: str
    run: str
    trust: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CombinedView:
    """The whole combined report; `contradictions` are sentences, and `labels` those of SUTs by id."""

    title: str
    headline: str
    contradictions: tuple[str, ...]
    facts: tuple[RunFacts, ...]
    tables: tuple[CombinedTable, ...]
    strip: Strip | None
    labels: Mapping[str, str]
    combination: Combination

    @property
    def signs(self) -> list[tuple[str, str]]:
        """The sign of each machine in the chart, and its name."""
        known = [*SIGNS.values()]
        names = {f"machine {number}": known[min(number, len(known)) - 1] for number in self.combination.numbers}
        return [(sign, name) for name, sign in names.items()]


def build(combination: Combination, baseline: str | None = None) -> CombinedView:
    """The view against `baseline` (that of the first run for None); raises UsageError where a run does not have it."""
    places = combination.places
    views = [view.build(place.run, baseline or places[0].run.baseline) for place in places]
    labels = {sut.id: one_line(sut.named) for place in reversed(places) for sut in place.run.suts}
    together = tuple(tables.of(combination, views))
    return CombinedView(
        title=f"Fairground: {counted(len(places), 'run')} on {counted(len(combination.numbers), 'machine')}",
        headline=words.headline(combination),
        contradictions=tuple(words.contradiction(combination, one, labels) for one in combination.contradictions()),
        facts=tuple(_facts(place.name, one) for place, one in zip(places, views, strict=True)),
        tables=together,
        strip=_strip(combination, together, labels),
        labels=labels,
        combination=combination,
    )


def _facts(name: str, built: View) -> RunFacts:
    known = dict(provenance.facts(built.run))
    if other := known.get("Machine of the generator"):
        known["Placement"] += f"; the generator on another machine ({other}); {known.get('Network', '')}"
    return RunFacts(name, built.run.run.id, html.trust(built), tuple(known[fact] for fact in FACTS))


def _strip(combination: Combination, known: Sequence[CombinedTable], labels: Mapping[str, str]) -> Strip | None:
    """Throughput over all workloads: the ratio in each run, and the range on another machine."""
    table = next((table for table in known if table.metric == THROUGHPUT and table.blocks[0].overall), None)
    if table is None:
        return None
    lines = tuple(_line(combination, row, labels[row.sut.id]) for row in table.blocks[0].rows if row.beyond)
    return strips.of_ratios(table.title, lines) if lines else None


def _line(combination: Combination, row: Across, label: str) -> Line:
    shapes = [*SIGNS]
    points = [
        Point(shown[1].here.value, None, None, shapes[min(place.machine, len(shapes)) - 1], "blue")
        for place, shown in zip(combination.places, row.ratio.here, strict=True)
        if shown
    ]
    figure = ""
    if cell := row.beyond:
        figure = f"{cell.ratio} {cell.interval}"
        points.append(Point(cell.value or 1.0, cell.low, cell.high, "diamond", "orange", hollow=True))
    return Line(label, figure, tuple(points))
