"""The front page of the site: one file that needs no network, and a script only to search."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from bench.analysis import history
from bench.analysis.history import Change, RunKind, Trend
from bench.report import html, pages
from bench.report.combined import text, view
from bench.report.html import Drawing
from bench.site import card, feeds, machines, panels
from bench.site.card import Card
from bench.statistics import change_points
from bench.words import one_line

_HERE, _REPORT = Path(__file__).parent, Path(html.__file__).parent

Drawn = Mapping[str, Sequence[Drawing]]
"""The charts of a kind by metric, all workloads together first."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The changes of one SUT between two runs: `figures` has direction, metric, workload and ratio in words."""

    kind: RunKind
    label: str
    before: history.TrendPoint
    after: history.TrendPoint
    versions: tuple[str, ...]
    figures: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class RunCell:
    """A SUT in one run: what it was called then, and its figures by metric, in words."""

    label: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in figures, with a cell for each SUT."""

    run: str
    commit: str
    cells: tuple[RunCell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A kind with lines to draw: its processor and runs, its charts, and the figures of the first charts for the SUTs
    in `heads`; half the height of a line is a deviation of `spread`.
    """

    kind: RunKind
    cpu: str
    runs: tuple[str, ...]
    drawn: Drawn
    spread: float
    heads: tuple[str, ...]
    rows: tuple[RunRow, ...]


def render(cards: Sequence[Card], trends: Sequence[Trend], drawn: Mapping[RunKind, Drawn]) -> str:
    """The whole page; `drawn` has the charts of the kinds that have a line of two runs or more."""
    script = pages.asset(_HERE / "index.js")
    style = f"{pages.asset(_REPORT / 'page.css')}\n{pages.asset(_HERE / 'index.css')}"
    leading = feeds.leading(cards)
    return (
        _environment()
        .get_template("index.html")
        .render(
            entries=feeds.entries(cards),
            leading=leading,
            verdict=leading.entry.headline if leading else "",
            advisory=bool(leading and leading.entry.advisory),
            machines=machines.cards_of(cards),
            across=machines.tables(trends),
            marked=marked(trends),
            sections=[_section(kind, cards, trends, drawn[kind]) for kind in drawn],
            lone=[(kind, members[-1]) for kind, members in kinds(trends).items() if kind not in drawn],
            lines=sum(len(trend.points) >= change_points.LEAST_RUNS for trend in trends),
            style=Markup(style),
            script=Markup(script),
            policy=pages.policy(style, script),
        )
    )


@cache
def _environment() -> Environment:
    environment = pages.environment(_HERE, _REPORT)
    environment.globals |= {
        "day": card.day,
        "least": change_points.LEAST_RUNS,
        "chance": change_points.CHANCE,
        "metrics": panels.TITLES,
        "another": view.ELSEWHERE,
        "last_column": text.LAST_COLUMN,
    }
    return environment


def kinds(trends: Iterable[Trend]) -> dict[RunKind, tuple[str, ...]]:
    """The runs of each kind, oldest first; the kind of the newest run first."""
    runs_of: dict[RunKind, set[str]] = {}
    for trend in trends:
        runs_of.setdefault(trend.key.kind, set()).update(point.run for point in trend.points)
    return {kind: tuple(sorted(runs)) for kind, runs in runs_of.items()}


def drawable(trends: Iterable[Trend]) -> list[RunKind]:
    """The kinds with a line of two runs or more."""
    return list(kinds(trend for trend in trends if len(trend.points) > 1))


def marked(trends: Iterable[Trend]) -> list[Marked]:
    """All change points, newest first; those of one SUT between the same two runs are put together."""
    changes: dict[tuple[RunKind, str, str, str], list[tuple[Trend, Change]]] = {}
    for trend in trends:
        for change in trend.changes:
            changes.setdefault((trend.key.kind, trend.key.sut, change.after.run, change.before.run), []).append(
                (trend, change)
            )
    newest_first = sorted(changes.items(), key=lambda item: item[0][2], reverse=True)
    return [_marked(kind, group) for (kind, *_), group in newest_first]


def _marked(kind: RunKind, group: Sequence[tuple[Trend, Change]]) -> Marked:
    change = group[0][1]
    versions = tuple(dict.fromkeys(version for _, one in group for version in one.versions))
    figures = tuple(_figure(*trend) for trend in group)
    return Marked(kind, one_line(change.after.label), change.before, change.after, versions, figures)


def _figure(trend: Trend, change: Change) -> tuple[str, str, str, str]:
    direction = "up" if change.ratio.value > 1 else "down"
    return direction, trend.key.metric, trend.key.workload or "all workloads", panels.times(change.ratio)


def _section(kind: RunKind, cards: Sequence[Card], trends: Sequence[Trend], drawn: Drawn) -> Section:
    mine = [trend for trend in trends if trend.key.kind == kind and len(trend.points) > 1]
    members = kinds(mine)[kind]
    whole = [trend for trend in mine if trend.key.driven == mine[0].key.driven]  # the metrics of the first charts
    suts = list(dict.fromkeys(trend.key.sut for trend in whole))
    labels = {trend.key.sut: one_line(trend.points[-1].label) for trend in whole}
    newest = next(one for one in cards if one.id == members[-1])
    return Section(
        kind,
        cpu=newest.cpu,
        runs=members,
        drawn=drawn,
        spread=panels.spread_of(trends, kind),
        heads=tuple(labels[sut] for sut in suts),
        rows=tuple(_row(run, suts, whole) for run in reversed(kinds(whole)[kind][-panels.MOST_RUNS :])),
    )


def _row(run: str, suts: Sequence[str], trends: Sequence[Trend]) -> RunRow:
    here = {(trend.key.sut, trend.key.metric): point for trend in trends for point in trend.points if point.run == run}
    cells = []
    for sut in suts:
        points = {metric: here[sut, metric] for metric in history.METRICS if (sut, metric) in here}
        figures = tuple(panels.figure(metric, point.reading.estimate) for metric, point in points.items())
        cells.append(RunCell(next((one_line(point.label) for point in points.values()), ""), figures))
    return RunRow(run, next(point.commit for point in here.values()), tuple(cells))
