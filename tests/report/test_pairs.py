"""The ratios that travel in the page say what Python says, from either side."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.report import pairs, ratios, view
from bench.results import Comparison, Run

from . import runs

_VERDICTS = {"f": "faster", "s": "slower", "t": "tie", "i": "inconclusive"}


def looked_up(column: dict[str, Any], count: int, sut: int, anchor: int) -> Comparison | None:
    """What the script reads for a SUT against an anchor."""
    earlier, later = sorted((sut, anchor))
    place = earlier * count - earlier * (earlier + 1) // 2 + later - earlier - 1
    if column["v"][place] == "-":
        return None
    ratio, low, high = column["r"][3 * place : 3 * place + 3]
    found = Comparison(str(later), str(earlier), None, "", ratio, low, high, _VERDICTS[column["v"][place]])
    return found if sut == later else ratios.turned(found)


@pytest.mark.parametrize("run", [runs.make(suts=6, native=True), runs.make(failed="django", lost="flask")])
def test_every_pair_of_a_table_reads_as_in_python(run: Run) -> None:
    built = view.build(run)
    told = pairs.embed(built)
    for table in built.tables:
        suts = [sut[0] for sut in told["suts"][table.group]]
        for workload, column in zip(pairs.columns(table), told["tables"][pairs.name(table)]["columns"], strict=True):
            for sut, anchor in permutations(range(len(suts)), 2):
                expected = ratios.find(run.comparisons, suts[sut], suts[anchor], workload, table.metric)
                found = looked_up(column, len(suts), sut, anchor)
                assert (found and found.verdict) == (expected and expected.verdict)
                assert (found and ratios.words(found)) == (expected and ratios.words(expected))


def test_one_round_alone_has_ratios_without_intervals() -> None:
    column = pairs.embed(view.build(runs.make(rounds=1)))["tables"]["throughput-rps-closed-common"]["columns"][0]
    assert set(column["v"]) == {"i"}
    assert column["r"][0] is not None
    assert column["r"][1:3] == [None, None]


@given(st.floats(1e-4, 1e4))
def test_a_number_is_shortened_as_far_as_nobody_sees_it(value: float) -> None:
    short = pairs.shortest(value)
    assert f"{short:.2f}" == f"{value:.2f}"
    assert f"{1 / short:.2f}" == f"{1 / value:.2f}"
    assert len(repr(short)) <= len(repr(value))


def test_halves_which_languages_round_differently_are_avoided() -> None:
    assert pairs.shortest(0.1249999) != 0.125


@pytest.mark.parametrize(
    ("ratio", "step"),
    [("1.00x", 1), ("1.09x", 1), ("1.10x", 2), ("0.90x", 2), ("0.50x", 4), ("3.00x", 5), ("0.00x", 5)],
)
def test_colour_deepens_with_the_ratio(ratio: str, step: int) -> None:
    assert pairs.step(ratio) == step
