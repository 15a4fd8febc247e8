"""Every comparison of a table, small enough to be part of the page: the data of the baseline switch. Pure.

The script formats, and does no statistics. A number is stored with the fewest digits for which the script prints what
Python would have printed, for the ratio as well as for its inverse.

In a page of sixty SUTs this would take up most of the room. So the first tables get theirs, as far as there is room;
the rest keep the baseline that they were rendered with, which their captions name.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any

from bench.analysis import ratios
from bench.analysis.elsewhere import Outlook, Outlooks
from bench.report.view import Table, View
from bench.store.results import Comparison

STEPS = (1.25, 2.0, 4.0, 8.0)
"""The ratios, or inverses of ratios, at which the colour of a cell deepens."""
_LETTERS = {"faster": "f", "slower": "s", "tie": "t", "inconclusive": "i"}
_MISSING = "-"
_MOST_PAIRS = 6_000  # of about 30 bytes each

Pair = tuple[str, str]
Known = dict[tuple[str | None, str], dict[Pair, Comparison]]


def embed(view: View) -> dict[str, Any]:
    """The script's data: SUTs by group, and for each column of each table its ratios.

    A column has one letter in `v` and five numbers in `r` (ratio, low and high here, low and high of another run) for
    each pair of SUTs, the later over the earlier, in the order of combinations: 0-1, 0-2, ... 1-2. What is not known is
    `-`, and between the blanks of `r` nothing. Over all workloads the letter speaks of another run, as it does in
    Python. `held` are the places of the SUTs that the generator may have held down.
    """
    suts = {
        group: [[sut.id, sut.label, sut.key.app_id] for sut in view.run.suts if sut.group == group]
        for group in dict.fromkeys(table.group for table in view.tables)
    }
    tables, known, room = {}, _known(view.run.comparisons), _MOST_PAIRS
    outlooks = Outlooks(view.run, view.others)
    for table in view.tables:
        ids = [sut[0] for sut in suts[table.group]]
        room -= (taken := len(ids) * (len(ids) - 1) // 2 * len(columns(table)))
        if room < 0:
            room += taken
            continue
        limited = ratios.limited(view.run, table.metric.id)
        tables[name(table)] = {
            "group": table.group,
            "columns": [
                _column(known.get((workload, table.metric.id), {}), ids, limited.get(workload, set()), outlooks)
                for workload in columns(table)
            ],
        }
    return {"baseline": view.baseline, "steps": STEPS, "suts": suts, "tables": tables}


def name(table: Table) -> str:
    """The id of a table in the page."""
    return f"{table.metric.id}-{table.kind}-{table.group}".replace("_", "-")


def columns(table: Table) -> list[str | None]:
    """A table's columns by workload: None stands for all of them, and comes first where there is such a ratio."""
    over_all: list[str | None] = [None] if any(row.overall for row in table.rows) else []
    return over_all + [workload.id for workload in table.workloads]


def step(ratio: str) -> int:
    """The depth of a ratio's colour, from 1 to 5, by its printed digits."""
    value = float(ratio.removeprefix(ratios.AT_LEAST).removeprefix(ratios.AT_MOST).removesuffix("x"))
    return 1 + sum(1 for limit in STEPS if value >= limit or value * limit <= 1)


def _known(comparisons: Iterable[Comparison]) -> Known:
    pairs: Known = {}
    for comparison in comparisons:
        pairs.setdefault((comparison.workload, comparison.metric), {})[comparison.sut, comparison.baseline] = comparison
    return pairs


def _column(
    known: dict[Pair, Comparison], suts: Sequence[str], limited: set[str], outlooks: Outlooks
) -> dict[str, Any]:
    pairs = [(pair, outlooks.of(pair) if pair else None) for pair in _in_order(known, suts)]
    numbers = [
        ""
        if pair is None or value is None
        else f"{shortest(value, pair.here.value)}".removesuffix(".0").removeprefix("0")
        for pair, outlook in pairs
        for value in _numbers(pair, outlook)
    ]
    letters = "".join(_letter(pair, outlook) for pair, outlook in pairs)
    held = [place for place, sut in enumerate(suts) if sut in limited]
    return {"v": letters, "r": " ".join(numbers)} | ({"held": held} if held else {})


def _numbers(pair: Comparison | None, outlook: Outlook | None) -> tuple[float | None, ...]:
    if pair is None:
        return (None,) * 5
    return pair.here.value, *pair.here.ends, *(outlook.ratio.ends if outlook else (None, None))


def _letter(pair: Comparison | None, outlook: Outlook | None) -> str:
    if pair is None:
        return _MISSING
    verdict = outlook.verdict if outlook and pair.workload is None else pair.verdict
    return _LETTERS.get(verdict, "i")


def _in_order(known: dict[Pair, Comparison], suts: Sequence[str]) -> Iterator[Comparison | None]:
    for earlier, later in combinations(suts, 2):
        if pair := known.get((later, earlier)):
            yield pair
        else:
            other = known.get((earlier, later))
            yield ratios.turned(other) if other else None


@lru_cache(maxsize=65536)
def shortest(value: float, ratio: float) -> float:
    """The number with the fewest digits that prints as `value` does, and whose inverse prints as that of `value` does.

    Both in the decimals of `ratio`, which is the value itself or that whose interval it ends.
    """
    straight, turned = ratios.decimals(ratio), ratios.decimals(1 / ratio)
    for digits in range(1, 17):
        short = float(f"{value:.{digits}g}")
        if _shown_alike(short, value, straight) and (not value or _shown_alike(1 / short, 1 / value, turned)):
            return short
    return value


def _shown_alike(short: float, value: float, places: int) -> bool:
    """Whether both print alike, in JavaScript too, which rounds halves up where Python takes the even digit."""
    shown = f"{value:.{places}f}"
    exact = Decimal(short)
    in_script = f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return f"{short:.{places}f}" == in_script == shown
