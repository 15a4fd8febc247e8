"""The ratios that travel in the page say what Python says, from either side."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis import ratios
from bench.analysis.elsewhere import Outlooks
from bench.estimate import Estimate
from bench.report import pairs, view
from bench.store.results import Comparison, Run
from tests import builders
from tests.report import runs

OPEN = ("response-p50-s-open", "response-p99-s-open")
_VERDICTS = {"f": "faster", "s": "slower", "t": "tie", "i": "inconclusive"}


def looked_up(column: dict[str, Any], count: int, sut: int, anchor: int) -> Comparison | None:
    """What the script reads for a SUT against an anchor."""
    earlier, later = sorted((sut, anchor))
    place = earlier * count - earlier * (earlier + 1) // 2 + later - earlier - 1
    if column["v"][place] == "-":
        return None
    numbers = column["r"].split(" ")[5 * place : 5 * place + 5]
    ratio, low, high, least, most = (float(one) if one else None for one in numbers)
    assert (least is None, most is None) == (low is None, high is None)
    assert ratio is not None
    text = builders.comparison(str(later), str(earlier), None, "", ratio, low, high, _VERDICTS[column["v"][place]])
    return text if sut == later else ratios.turned(text)


@pytest.mark.parametrize("run", [runs.make(suts=6, native=True), runs.make(failed="django", lost="flask")])
def test_every_pair_of_a_table_reads_as_in_python(run: Run) -> None:
    built = view.build(run)
    embedded = pairs.embed(built)
    for table in built.tables:
        suts = [sut[0] for sut in embedded["suts"][table.group]]
        for workload, column in zip(
            pairs.columns(table), embedded["tables"][pairs.name(table)]["columns"], strict=True
        ):
            for sut, anchor in permutations(range(len(suts)), 2):
                expected = ratios.find(run.comparisons, suts[sut], suts[anchor], workload, table.metric.id)
                ratio = looked_up(column, len(suts), sut, anchor)
                outlook = Outlooks(run).of(expected) if expected and workload is None else expected
                assert (ratio and ratio.verdict) == (outlook and outlook.verdict)
                assert (ratio and ratios.words(ratio)) == (expected and ratios.words(expected))


def test_one_round_alone_has_ratios_without_intervals() -> None:
    column = pairs.embed(view.build(runs.make(rounds=1)))["tables"]["throughput-rps-closed-common"]["columns"][0]
    assert set(column["v"]) == {"i"}
    ratio, *ends = column["r"].split(" ")[:5]
    assert float(ratio)
    assert ends == [""] * 4


def test_as_many_tables_travel_as_have_room() -> None:
    """Thirty SUTs have 435 pairs a column: what is left out stays with the baseline that it was rendered with."""
    embedded = pairs.embed(view.build(runs.make(suts=30, rounds=2, closed=runs.ALL, native=True)))
    assert list(embedded["tables"]) == [f"{name}-common" for name in ("throughput-rps-closed", *OPEN)]
    assert len(embedded["suts"]["native"]) == 30


def test_who_was_held_down_by_the_generator_is_known_in_every_column() -> None:
    embedded = pairs.embed(view.build(runs.make(limited="wsgi")))
    place = [sut[0] for sut in embedded["suts"]["common"]].index("wsgi")
    assert [column["held"] for column in embedded["tables"]["throughput-rps-closed-common"]["columns"]] == [[place]] * 7
    assert not any("held" in column for column in embedded["tables"]["cpu-us-per-request-closed-common"]["columns"])


@given(st.floats(1e-4, 1e4), st.floats(1.0, 3.0))
def test_a_number_is_shortened_as_far_as_nobody_sees_it(value: float, factor: float) -> None:
    exact = builders.comparison("a", "b", None, "", value, value / factor, value * factor, "tie")
    low, ratio, high = (pairs.shortest(bound, value) for bound in (value / factor, value, value * factor))
    short = replace(exact, here=Estimate(ratio, low, high))
    assert ratios.words(short) == ratios.words(exact)
    assert ratios.words(ratios.turned(short)) == ratios.words(ratios.turned(exact))
    assert len(repr(ratio)) <= len(repr(value))


def test_halves_which_languages_round_differently_are_avoided() -> None:
    assert pairs.shortest(0.0625, 0.0625) == 0.0625
    assert pairs.shortest(1.1249999, 1.1249999) != 1.125


@pytest.mark.parametrize(
    ("ratio", "step"),
    [("1.00x", 1), ("1.24x", 1), ("1.25x", 2), ("0.800x", 2), ("≥ 0.500x", 3), ("≤ 8.00x", 5), ("0.00x", 5)],
)
def test_colour_deepens_with_the_ratio(ratio: str, step: int) -> None:
    assert pairs.step(ratio) == step
