"""Every comparison of a table, small enough to travel in the page: what the baseline switch looks things up in. Pure.

The script formats and does no statistics. So that it says what Python would have said, a number is stored with as few
digits as are told in the same way, both as it stands and turned round.

A page of sixty SUTs would be mostly this. The first tables get theirs, as many as have room; the rest keep the baseline
that they were rendered with, which their captions name.
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
"""Where the colour of a cell deepens: at a ratio, or its inverse, of so much."""
_LETTERS = {"faster": "f", "slower": "s", "tie": "t", "inconclusive": "i"}
_MISSING = "-"
_MOST_PAIRS = 6_000  # of about 30 bytes each

Pair = tuple[str, str]
Known = dict[tuple[str | None, str], dict[Pair, Comparison]]


def embed(view: View) -> dict[str, Any]:
    """What the script needs: SUTs by group, and for each column of each table its ratios.

    A column has one letter in `v` and five numbers in `r` (ratio, low and high here, low and high of another run) for
    each pair of SUTs, the later over the earlier, in the order of combinations: 0-1, 0-2, ... 1-2. What is not known is
    `-`, and between the blanks of `r` nothing. Over all workloads the letter speaks of another run, as it does in
    Python. `held` are the places of the SUTs that the generator may have held down.
    """
    suts = {
        group: [[sut.id, sut.label, sut.key.app] for sut in view.run.suts if sut.group == group]
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
    """What a table is called in the page."""
    return f"{table.metric.id}-{table.kind}-{table.group}".replace("_", "-")


def columns(table: Table) -> list[str | None]:
    """A table's columns by workload: None stands for all of them, and comes first where there is such a ratio."""
    over_all: list[str | None] = [None] if any(row.overall for row in table.rows) else []
    return over_all + [workload.id for workload in table.workloads]


def step(ratio: str) -> int:
    """How deep the colour of a ratio is, from 1 to 5, by what its digits say."""
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
    """The number with the fewest digits that is shown as `value` is, and whose inverse is shown as its inverse is.

    Both in the decimals of `ratio`, which is the value itself or that whose interval it ends.
    """
    straight, turned = ratios.decimals(ratio), ratios.decimals(1 / ratio)
    for digits in range(1, 17):
        short = float(f"{value:.{digits}g}")
        if _shown_alike(short, value, straight) and (not value or _shown_alike(1 / short, 1 / value, turned)):
            return short
    return value


def _shown_alike(short: float, value: float, places: int) -> bool:
    """In JavaScript too, which rounds halves up where Python takes the even digit."""
    shown = f"{value:.{places}f}"
    exact = Decimal(short)
    in_script = f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return f"{short:.{places}f}" == in_script == shown
