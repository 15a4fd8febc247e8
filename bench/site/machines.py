"""The machines of a site: which there are, the newest ratios to the floor on each of them, side by side, and what to
expect on another one. Pure.

A line joins runs of one machine only; here the newest points of such lines stand beside one another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.analysis import elsewhere, history
from bench.analysis.history import Driven, Trend
from bench.estimate import Estimate
from bench.site import feeds, panels
from bench.site.card import UNKNOWN, Card
from bench.statistics.elsewhere import pooled
from bench.store.spreads import OVERALL, Spreads, shipped
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
class Beyond:
    """The ratio to expect on another machine, in words, and the number of machines that it comes from."""

    figure: str
    machines: int


@dataclass(frozen=True, slots=True)
class MachineRow:
    """A SUT as its newest run calls it: its ratio on each machine, None if unknown, and on another one, None if nothing
    says what was measured.
    """

    label: str
    cells: tuple[NewestRatio | None, ...]
    beyond: Beyond | None


@dataclass(frozen=True, slots=True)
class MachineTable:
    """CPU per request over the floor's, on the `machines` and on another one."""

    profile: str
    group: str
    machines: tuple[str, ...]
    rows: tuple[MachineRow, ...]


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


def tables(trends: Iterable[Trend], spreads: Spreads | None = None) -> tuple[MachineTable, ...]:
    """A table for each profile and group of servers that two machines or more have runs of, driven alike; `spreads` are
    by default those that come with the suite.
    """
    known = shipped() if spreads is None else spreads
    groups: dict[tuple[str, str, Driven], list[Trend]] = {}
    for trend in trends:
        key = trend.key
        if key.metric == history.RATIO and key.workload is None:
            groups.setdefault((key.kind.profile, key.kind.group, key.driven), []).append(trend)
    built = (_table(profile, group, lines, known) for (profile, group, _), lines in groups.items())
    return tuple(table for table in built if len(table.machines) > 1)


def _table(profile: str, group: str, lines: Sequence[Trend], spreads: Spreads) -> MachineTable:
    machines = tuple(dict.fromkeys(trend.key.kind.machine for trend in lines))
    by_sut: dict[str, dict[str, Trend]] = {}
    for trend in lines:
        by_sut.setdefault(trend.key.sut, {})[trend.key.kind.machine] = trend
    rows = tuple(_row(own, machines, spreads) for own in by_sut.values())
    return MachineTable(one_line(profile), group, tuple(map(one_line, machines)), rows)


def _row(own: Mapping[str, Trend], machines: Sequence[str], spreads: Spreads) -> MachineRow:
    cells = tuple(_newest(own[machine]) if machine in own else None for machine in machines)
    newest = max((trend.points[-1] for trend in own.values()), key=lambda point: point.run)
    return MachineRow(one_line(newest.label), cells, _beyond(tuple(own.values()), newest.ground, spreads))


def _newest(trend: Trend) -> NewestRatio:
    point = trend.points[-1]
    return NewestRatio(panels.times(point.reading.estimate), point.run, one_line(point.label))


def _beyond(lines: Sequence[Trend], ground: str, spreads: Spreads) -> Beyond | None:
    """The estimate of a combined report, from all runs on the same ground; each machine counts once."""
    if not ground:
        return None
    known = [pooled(own) for trend in lines if (own := _on(ground, trend))]
    return Beyond(panels.times(elsewhere.predicted(known, OVERALL, history.CPU, spreads)), len(known))


def _on(ground: str, trend: Trend) -> list[Estimate]:
    """The ratios on this ground since the level last changed."""
    since = trend.changes[-1].after.run if trend.changes else ""
    return [point.reading.estimate for point in trend.points if point.ground == ground and point.run >= since]
