"""Every round as a dot: how far it lay from what the SUT usually does. Plain data; `charts` draws it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import stdev

from bench.report.view import View
from bench.report.words import one_line
from bench.results import Run

_LEAST_SPREAD = 0.02
_MOST_SPREAD = 0.5

ByRound = Mapping[int, float]


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
    def told(self) -> str:
        """What a reader who cannot see it hears."""
        said = "; ".join(f"{track.label}: {track.figure}" for track in self.tracks)
        return f"{self.title}: standard deviation over the rounds, of the figure alone and of its ratio. {said}"


def rounds(view: View) -> list[Tracks]:
    """Throughput, a panel for each closed-loop workload; nothing where one round is all there is."""
    table = next((each for each in view.tables if (each.metric, each.group) == ("throughput_rps", "common")), None)
    if table is None or len(view.run.rounds) < 2:
        return []
    seen = _throughput(view.run)
    panels = []
    for workload in table.workloads:
        rows = [(row.sut, seen.get((row.sut.id, workload.id), {})) for row in table.rows]
        base = seen.get((table.baseline, workload.id), {})
        panels.append(
            (
                workload.id,
                tuple(
                    _track(sut.label, by_round, {} if sut.id == table.baseline else base)
                    for sut, by_round in rows
                    if by_round
                ),
            )
        )
    furthest = (abs(value) for _, tracks in panels for track in tracks for value in track.alone.values())
    spread = min(max(_LEAST_SPREAD, *furthest), _MOST_SPREAD)
    count = max(each.number for each in view.run.rounds)
    return [Tracks(title, tracks, count, spread) for title, tracks in panels if tracks]


def _throughput(run: Run) -> dict[tuple[str, str], dict[int, float]]:
    """Requests a second by SUT and workload, then by round."""
    found: dict[tuple[str, str], dict[int, float]] = {}
    for each in run.rounds:
        for cell in each.sound_cells():
            if cell.requests and cell.busy_s > 0:
                found.setdefault((cell.sut, cell.workload), {})[each.number] = cell.requests / cell.busy_s
    return found


def _track(label: str, by_round: ByRound, base: ByRound) -> Track:
    alone = _deviations(by_round)
    beside = _deviations({number: value / base[number] for number, value in by_round.items() if number in base})
    told = [f"{stdev(each.values()):.1%}" for each in (alone, beside) if len(each) > 1]
    return Track(one_line(label), " · ".join(told), alone, beside)


def _deviations(by_round: ByRound) -> dict[int, float]:
    """Logarithms, less their mean."""
    if not by_round:
        return {}
    logs = {number: math.log(value) for number, value in by_round.items()}
    mean = math.fsum(logs.values()) / len(logs)
    return {number: value - mean for number, value in logs.items()}
