"""The machines of a site: which there are, and the newest ratios to the floor on each of them, side by side. Pure.

A line joins runs of one machine only; here the newest points of such lines stand beside one another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis import history
from bench.analysis.history import Driven, Trend
from bench.site import feeds, panels
from bench.site.card import UNKNOWN, Card
from bench.words import one_line


@dataclass(frozen=True, slots=True)
class MachineCard:
    """A machine by its fingerprint: its processor, how many runs it has, and the ids of the first and the newest."""

    fingerprint: str
    cpu: str
    runs: int
    first: str
    newest: str


@dataclass(frozen=True, slots=True)
class NewestRatio:
    """A SUT on one machine: its ratio in words, the run that it comes from, and what the SUT was called in it."""

    figure: str
    run: str
    label: str


@dataclass(frozen=True, slots=True)
class MachineTable:
    """CPU per request over the floor's, on the `machines`; each SUT has a ratio for each of them, None if unknown."""

    profile: str
    group: str
    machines: tuple[str, ...]
    rows: tuple[tuple[str, tuple[NewestRatio | None, ...]], ...]


def cards_of(cards: Iterable[Card]) -> tuple[MachineCard, ...]:
    """The machines, that of the newest run first; empty where there are not two."""
    by_machine: dict[str, list[Card]] = {}
    for card in feeds.newest_first(cards):
        if card.entry.fingerprint != UNKNOWN:
            by_machine.setdefault(card.entry.fingerprint, []).append(card)
    if len(by_machine) < 2:
        return ()
    return tuple(
        MachineCard(machine, own[0].cpu, len(own), own[-1].id, own[0].id) for machine, own in by_machine.items()
    )


def tables(trends: Iterable[Trend]) -> tuple[MachineTable, ...]:
    """A table for each profile and group of servers that two machines or more have runs of, driven alike."""
    groups: dict[tuple[str, str, Driven], list[Trend]] = {}
    for trend in trends:
        key = trend.key
        if key.metric == history.RATIO and key.workload is None:
            groups.setdefault((key.kind.profile, key.kind.group, key.driven), []).append(trend)
    built = (_table(profile, group, lines) for (profile, group, _), lines in groups.items())
    return tuple(table for table in built if len(table.machines) > 1)


def _table(profile: str, group: str, lines: Sequence[Trend]) -> MachineTable:
    machines = tuple(dict.fromkeys(trend.key.kind.machine for trend in lines))
    newest = {(trend.key.sut, trend.key.kind.machine): _newest(trend) for trend in lines}
    suts = dict.fromkeys(trend.key.sut for trend in lines)
    rows = tuple(_row([newest.get((sut, machine)) for machine in machines]) for sut in suts)
    return MachineTable(one_line(profile), group, tuple(map(one_line, machines)), rows)


def _row(cells: Sequence[NewestRatio | None]) -> tuple[str, tuple[NewestRatio | None, ...]]:
    return next(cell.label for cell in cells if cell), tuple(cells)


def _newest(trend: Trend) -> NewestRatio:
    point = trend.points[-1]
    return NewestRatio(panels.times(point.reading.estimate), point.run, one_line(point.label))
