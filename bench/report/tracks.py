"""Every round as a dot: its deviation from the mean of the SUT's rounds. Plain data; `charts` draws it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import geometric_mean, stdev

from bench.metrics import THROUGHPUT
from bench.report import strips
from bench.report.view import View
from bench.store.results import Run
from bench.words import one_line

_LEAST_SPREAD = 0.02
_MOST_SPREAD = 0.5
_MOST_TRACKS, _MOST_DOTS = 12, 1500  # in panels: more would take too long to scroll and too much of the page


ByRound = Mapping[int, float]
Panel = Mapping[str, ByRound]


@dataclass(frozen=True, slots=True)
class Track:
    """A SUT's rounds as deviations from their mean, 0.02 for 2 % more: of the figure `alone`, and `beside` the
    baseline.
    """

    label: str
    figure: str
    alone: ByRound
    beside: ByRound


@dataclass(frozen=True, slots=True)
class Tracks:
    """One workload; half the height of a track is a deviation of `spread`."""

    title: str
    tracks: tuple[Track, ...]
    rounds: int
    spread: float

    @property
    def description(self) -> str:
        """The text for screen readers."""
        said = "; ".join(f"{track.label}: {track.figure}" for track in self.tracks)
        return f"{self.title}: standard deviation over the rounds, of the figure alone and of its ratio. {said}"


def rounds(view: View) -> list[Tracks]:
    """Throughput: a panel for each closed-loop workload, or one for all together where those are too many; none for
    a run of one round.
    """
    table = strips.first_table(view, THROUGHPUT)
    if table is None or len(view.run.rounds) < 2:
        return []
    seen = _throughput(view.run)
    panels: dict[str, Panel] = {
        workload.id: {row.sut.id: seen.get((row.sut.id, workload.id), {}) for row in table.rows}
        for workload in table.workloads
    }
    dots = sum(len(by_round) for panel in panels.values() for by_round in panel.values())
    if len(table.rows) > _MOST_TRACKS or dots > _MOST_DOTS:
        panels = {"all workloads together": _together(panels)}
    labels = {row.sut.id: row.sut.named for row in table.rows}
    drawn = [(title, _tracks(panel, labels, table.baseline)) for title, panel in panels.items()]
    furthest = (abs(value) for _, shown in drawn for track in shown for value in track.alone.values())
    spread = min(max(_LEAST_SPREAD, *furthest), _MOST_SPREAD)
    count = max(round_.number for round_ in view.run.rounds)
    return [
        Tracks(heading, part, count, spread) for title, shown in drawn for heading, part in _side_by_side(title, shown)
    ]


def _side_by_side(title: str, shown: tuple[Track, ...]) -> Iterator[tuple[str, tuple[Track, ...]]]:
    """The tracks in one panel, or in several that each fit on a screen."""
    count = math.ceil(len(shown) / _MOST_TRACKS)
    size = math.ceil(len(shown) / max(count, 1))
    for start in range(0, len(shown), max(size, 1)):
        part = shown[start : start + size]
        yield (title if count == 1 else f"{title}, {start + 1} to {start + len(part)}"), part


def _tracks(panel: Panel, labels: Mapping[str, str], baseline: str) -> tuple[Track, ...]:
    base = panel.get(baseline, {})
    return tuple(
        _track(labels[sut], by_round, {} if sut == baseline else base) for sut, by_round in panel.items() if by_round
    )


def _together(panels: Mapping[str, Panel]) -> Panel:
    """The geometric mean over the workloads, for each round in which a SUT finished all of them."""
    together: dict[str, ByRound] = {}
    for sut in next(iter(panels.values())):
        series = [panel[sut] for panel in panels.values()]
        whole = set(series[0]).intersection(*series[1:])
        together[sut] = {number: geometric_mean([one[number] for one in series]) for number in sorted(whole)}
    return together


def _throughput(run: Run) -> dict[tuple[str, str], dict[int, float]]:
    """Requests a second, by SUT and workload, then by round."""
    rps: dict[tuple[str, str], dict[int, float]] = {}
    for one in run.rounds:
        for cell in one.sound_cells():
            if cell.requests and cell.busy_s > 0:
                rps.setdefault((cell.sut, cell.workload), {})[one.number] = cell.requests / cell.busy_s
    return rps


def _track(label: str, by_round: ByRound, base: ByRound) -> Track:
    alone = _deviations(by_round)
    beside = _deviations({number: value / base[number] for number, value in by_round.items() if number in base})
    deviations = [f"{stdev(series.values()):.1%}" for series in (alone, beside) if len(series) > 1]
    return Track(one_line(label), " · ".join(deviations), alone, beside)


def _deviations(by_round: ByRound) -> dict[int, float]:
    """The logarithms of the values, less their mean."""
    if not by_round:
        return {}
    logs = {number: math.log(value) for number, value in by_round.items()}
    mean = math.fsum(logs.values()) / len(logs)
    return {number: value - mean for number, value in logs.items()}
