"""The registry of metrics: what a row says, and that nobody else says it."""

import ast
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from bench import metrics
from bench.metrics import BY_ID, MEDIAN, METRICS, P90, P99, TAILS
from bench.report import tables
from bench.report.groups import Group
from bench.workspace import ROOT

BENCH = ROOT / "bench"
MAY = {BENCH / "metrics.py", BENCH / "store" / "migrations.py"}
FILES = [path for path in (*BENCH.rglob("*.py"), *BENCH.rglob("*.html")) if path not in MAY]


def named(path: Path) -> set[str]:
    """The ids of metrics that a file spells out."""
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        return {name for name in BY_ID if f'"{name}"' in text or f"'{name}'" in text}
    constants = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    return set(BY_ID) & {value for value in constants if isinstance(value, str)}


def test_a_metric_is_spelled_out_in_the_registry_alone() -> None:
    assert named(BENCH / "metrics.py") == set(BY_ID), "or this test finds nothing"
    assert {path: names for path in FILES if (names := named(path))} == {}


def test_ids_are_unique_and_end_in_their_unit() -> None:
    assert len(BY_ID) == len(METRICS)
    for metric in METRICS:
        assert metric.overhead is None or metric.overhead in BY_ID


def test_what_is_followed_or_averaged_is_compared() -> None:
    for metric in METRICS:
        assert metric.compared or not (metric.followed or metric.averaged)


def test_every_compared_metric_has_a_table_for_its_kind_of_workload() -> None:
    for first in get_args(Group):
        tabled = {metric for tail in TAILS.values() for metric, _ in tables.of_tail(tail, first)}
        assert tabled == {metric for metric in METRICS if metric.compared}
        assert all(metric.kind and metric.legend for metric in tabled)


def test_of_the_percentiles_a_run_compares_the_median_and_its_tail() -> None:
    assert [metric.id for metric in metrics.compared(P90) if metric.share] == [MEDIAN.id, P90.id]
    assert [metric.id for metric in metrics.compared(P99) if metric.share] == [MEDIAN.id, P99.id]


def test_a_run_shows_no_percentile_beyond_its_tail() -> None:
    assert metrics.shown(P99) == set(BY_ID)
    assert metrics.shown(P90) == set(BY_ID) - {P99.id}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_a_metric_is_a_value(metric: metrics.Metric) -> None:
    assert replace(metric) == BY_ID[metric.id]
