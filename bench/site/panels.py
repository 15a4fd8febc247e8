"""The charts of the history as plain data: lines of like runs below one another. Pure; `charts` draws them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis import history
from bench.analysis.history import RunKind, Trend, TrendKey, TrendPoint
from bench.estimate import Estimate
from bench.words import counted, listing, one_line, si

MOST_RUNS = 60
"""More runs on one line could not be told apart; trends.json has all of them."""
_LEAST_SPREAD, _MOST_SPREAD = 0.02, 0.25
TITLES = {history.CPU: "CPU per request", history.RATIO: "Ratio to the floor"}


@dataclass(frozen=True, slots=True)
class Dot:
    """One run on a line: its `place` among the runs of the panel, from 1; value, interval and level as deviations from
    the middle of the line's levels, 0.02 for 2 % more. `mark` is `up` or `down` where the level changes here, `other`
    where only the versions do, and empty elsewhere.
    """

    place: int
    value: float
    low: float
    high: float
    level: float
    mark: str = ""


@dataclass(frozen=True, slots=True)
class PanelLine:
    """A SUT's line, with its newest figure in words; each stretch of `stretches` has a level of its own."""

    label: str
    figure: str
    stretches: tuple[tuple[Dot, ...], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The lines of one metric and workload, from the run of `first` to that of `last`; half the height of a line is a
    deviation of `spread`.
    """

    title: str
    note: str
    lines: tuple[PanelLine, ...]
    runs: tuple[str, ...]
    spread: float

    @property
    def description(self) -> str:
        """The text for screen readers."""
        return f"{self.title}, {counted(len(self.runs), 'run')}, newest figures. " + "; ".join(
            f"{line.label}: {line.figure}" for line in self.lines
        )


def of_kind(trends: Sequence[Trend], kind: RunKind) -> dict[str, list[Panel]]:
    """The panels of a kind by metric, all workloads together first; none of a single run."""
    mine = [trend for trend in trends if trend.key.kind == kind and len(trend.points) > 1]
    spread = spread_of(trends, kind)
    return {metric: [_panel(group, spread) for group in _groups(mine, metric)] for metric in history.METRICS}


def spread_of(trends: Iterable[Trend], kind: RunKind) -> float:
    """Half the height of a line, the same in all panels of a kind so that they can be compared, with room for every
    value and most of the intervals. Values beyond the limit are drawn at the edge.
    """
    values, ends = [_LEAST_SPREAD], [_LEAST_SPREAD]
    for trend in (trend for trend in trends if trend.key.kind == kind and len(trend.points) > 1):
        middle = _middle(trend)
        for seen in (point.reading.estimate for point in trend.points):
            values.append(abs(math.log(seen.value / middle)))
            ends.extend(abs(math.log(end / middle)) for end in (seen.low, seen.high))
    most_ends = sorted(ends)[int(0.9 * (len(ends) - 1))]
    return min(max(*values, most_ends), _MOST_SPREAD)


def figure(metric: str, estimate: Estimate) -> str:
    """An estimate in words: 154 µs [150-158], or 5.51x [5.40-5.62]."""
    if metric == history.CPU:
        return f"{si(estimate.value)} µs [{si(estimate.low)}-{si(estimate.high)}]"
    return times(estimate)


def times(ratio: Estimate) -> str:
    """A ratio in words: 1.10x [1.07-1.13]."""
    return f"{ratio.value:.2f}x [{ratio.low:.2f}-{ratio.high:.2f}]"


def _groups(trends: Iterable[Trend], metric: str) -> list[list[Trend]]:
    grouped: dict[object, list[Trend]] = {}
    for trend in trends:
        if trend.key.metric == metric:
            grouped.setdefault((trend.key.workload, trend.key.driven), []).append(trend)
    return list(grouped.values())


def _panel(trends: Sequence[Trend], spread: float) -> Panel:
    runs = tuple(sorted({point.run for trend in trends for point in trend.points}))[-MOST_RUNS:]
    places = {run: place for place, run in enumerate(runs, 1)}
    key = trends[0].key
    title = f"{TITLES[key.metric]}, {one_line(key.workload) if key.workload else 'all workloads'}"
    return Panel(title, _note(key), tuple(_line(trend, places) for trend in trends), runs, spread)


def _note(key: TrendKey) -> str:
    if key.workload is None:
        return f"Geometric mean of {listing([one_line(name) for name, _, _ in key.driven])}."
    ((_, mix, users),) = key.driven
    return one_line(f"{mix}, {users} users" if users else mix)


def _line(trend: Trend, places: dict[str, int]) -> PanelLine:
    middle = _middle(trend)
    marks = {change.after.run: "up" if change.ratio.value > 1 else "down" for change in trend.changes}
    stretches: list[list[Dot]] = [[]]
    before: TrendPoint | None = None
    for point, level in zip(trend.points, trend.levels, strict=True):
        if point.run in marks and stretches[-1]:
            stretches.append([])
        other = "other" if before and history.told_apart(before, point) else ""
        if point.run in places:
            stretches[-1].append(_dot(places[point.run], point, level, middle, marks.get(point.run, other)))
        before = point
    newest = trend.points[-1]
    drawn = tuple(tuple(stretch) for stretch in stretches if stretch)
    return PanelLine(one_line(newest.label), figure(trend.key.metric, newest.reading.estimate), drawn)


def _dot(place: int, point: TrendPoint, level: float, middle: float, mark: str) -> Dot:
    seen = point.reading.estimate
    value, low, high, usual = (math.log(bound / middle) for bound in (seen.value, seen.low, seen.high, level))
    return Dot(place, value, low, high, usual, mark)


def _middle(trend: Trend) -> float:
    return math.sqrt(min(trend.levels) * max(trend.levels))
