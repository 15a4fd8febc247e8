"""Every comparison of a table, small enough to travel in the page: what the baseline switch looks things up in. Pure.

The script formats and does no statistics. So that it says what Python would have said, a number is stored with as few
digits as give the same two decimals, both as it stands and turned round.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any

from bench.report import ratios
from bench.report.view import Table, View
from bench.results import Comparison

STEPS = (1.1, 1.3, 1.8, 3.0)
"""Where the colour of a cell deepens: at a ratio, or its inverse, of so much."""
_LETTERS = {"faster": "f", "slower": "s", "tie": "t", "inconclusive": "i"}
_MISSING = "-"
_CENT = Decimal("0.01")

Pair = tuple[str, str]
Known = dict[tuple[str | None, str], dict[Pair, Comparison]]


def embed(view: View) -> dict[str, Any]:
    """What the script needs: SUTs by group, and for each column of each table its ratios.

    A column has one letter in `v` and three numbers in `r` (ratio, low, high) for each pair of SUTs, the later over
    the earlier, in the order of combinations: 0-1, 0-2, ... 1-2. What is not known is `-`, and null.
    """
    known = _known(view.run.comparisons)
    suts = {
        group: [[sut.id, sut.label, sut.app] for sut in view.run.suts if sut.group == group]
        for group in dict.fromkeys(table.group for table in view.tables)
    }
    tables = {
        name(table): {
            "group": table.group,
            "columns": [
                _column(known.get((workload, table.metric), {}), [sut[0] for sut in suts[table.group]])
                for workload in columns(table)
            ],
        }
        for table in view.tables
    }
    return {"baseline": view.baseline, "steps": STEPS, "suts": suts, "tables": tables}


def name(table: Table) -> str:
    """What a table is called in the page."""
    return f"{table.metric}-{table.kind}-{table.group}".replace("_", "-")


def columns(table: Table) -> list[str | None]:
    """A table's columns by workload: None stands for all of them, and comes first where there is such a ratio."""
    over_all: list[str | None] = [None] if any(row.overall for row in table.rows) else []
    return over_all + [workload.id for workload in table.workloads]


def step(ratio: str) -> int:
    """How deep the colour of a ratio is, from 1 to 5, by what its two decimals say."""
    value = float(ratio.removesuffix("x"))
    return 1 + sum(1 for limit in STEPS if value >= limit or value * limit <= 1)


def _known(comparisons: Iterable[Comparison]) -> Known:
    found: Known = {}
    for each in comparisons:
        found.setdefault((each.workload, each.metric), {})[each.sut, each.baseline] = each
    return found


def _column(known: dict[Pair, Comparison], suts: Sequence[str]) -> dict[str, Any]:
    pairs = list(_in_order(known, suts))
    numbers = [
        None if each is None or value is None else shortest(value)
        for each in pairs
        for value in ((each.ratio, each.low, each.high) if each else (None, None, None))
    ]
    return {"v": "".join(_LETTERS.get(each.verdict, "i") if each else _MISSING for each in pairs), "r": numbers}


def _in_order(known: dict[Pair, Comparison], suts: Sequence[str]) -> Iterator[Comparison | None]:
    for earlier, later in combinations(suts, 2):
        if found := known.get((later, earlier)):
            yield found
        else:
            other = known.get((earlier, later))
            yield ratios.turned(other) if other else None


@lru_cache(maxsize=65536)
def shortest(value: float) -> float:
    """The number with the fewest digits that is shown as `value` is, and whose inverse is shown as its inverse is."""
    for digits in range(2, 17):
        short = float(f"{value:.{digits}g}")
        if _shown_alike(short, value) and (not value or _shown_alike(1 / short, 1 / value)):
            return int(short) if short.is_integer() else short
    return value


def _shown_alike(short: float, value: float) -> bool:
    """In JavaScript too, which rounds halves up where Python takes the even digit."""
    shown = f"{value:.2f}"
    return f"{short:.2f}" == shown and str(Decimal(short).quantize(_CENT, ROUND_HALF_UP)) == shown
