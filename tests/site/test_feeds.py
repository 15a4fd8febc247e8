"""What machines read: the list of runs, the data behind the trends, and the badge."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bench.analysis import history
from bench.environment import Environment
from bench.estimate import unbounded
from bench.site import card, feeds
from bench.site.card import Card
from bench.store.results import Check, Comparison, Noise, Run
from tests.site import past


def verdict(run: Run, verdict: str) -> Run:
    """The run with this verdict between the first two frameworks."""

    def other(ratio: Comparison) -> Comparison:
        between = {ratio.sut, ratio.baseline} == {"flask", "django"} and ratio.metric == "throughput_rps"
        return replace(ratio, verdict=verdict) if between else ratio

    return replace(run, comparisons=tuple(map(other, run.comparisons)))


def cards(runs: list[Run]) -> list[Card]:
    return [card.of(run) for run in runs]


def listed(runs: list[Run]) -> dict[str, Any]:
    return feeds.listing(cards(runs), {run.run.id: f"digest of {run.run.id}" for run in runs})


def test_runs_are_listed_newest_first() -> None:
    listing = listed([past.run(1), past.run(3), past.run(2)])
    assert listing["schema_version"] == 1
    assert [stored_run["id"][6:8] for stored_run in listing["runs"]] == ["03", "02", "01"]
    first = listing["runs"][0]
    assert first["sha256"] == f"digest of {past.run(3).run.id}"
    assert first["started_at"] == "2026-11-03T04:00:00+00:00"
    assert (first["profile"], first["status"], first["commit"]) == ("quick", "complete", "000000000003")
    assert first["fingerprint"] == "0123456789ab"
    assert "is the fastest framework" in first["headline"]
    assert (first["advisory"], first["left_out"]) == ("", "")


def test_a_run_that_is_on_no_line_says_why() -> None:
    run = past.run(1)
    (listing,) = listed([replace(run, run=replace(run.run, status="partial"), environment=Environment())])["runs"]
    assert (listing["left_out"], listing["commit"], listing["fingerprint"]) == ("partial", "unknown", "unknown")
    assert listing["advisory"].startswith("Advisory only")


def test_trends_have_every_point_and_every_change() -> None:
    runs = past.stepping()
    trends = past.trends(runs)
    ids = {(trend.key.sut, trend.key.workload, trend.key.metric): trend for trend in trends}
    one = json.loads(json.dumps(feeds.trend(ids["flask", None, history.RATIO])))
    assert (one["machine"], one["profile"], one["group"]) == ("0123456789ab", "quick", "common")
    assert [workload["id"] for workload in one["workloads"]] == ["read-item", "crud-mix"]
    assert [point["run"] for point in one["points"]] == [run.run.id for run in runs]
    assert {point["label"] for point in one["points"]} == {"Flask 1.0", "Flask 1.1"}
    assert all(point["low"] < point["value"] < point["high"] for point in one["points"])
    (change,) = one["changes"]
    assert (change["before"], change["after"]) == (runs[5].run.id, runs[6].run.id)
    assert change["low"] < 1.15 < change["high"]
    assert change["versions"] == ["flask 1.0 → 1.1"]


def test_the_list_of_trends_names_the_file_of_each() -> None:
    trends = past.trends(past.stepping())
    named = feeds.trends(trends)["trends"]
    assert len({series["file"] for series in named}) == len(trends) == 15
    assert {series["points"] for series in named} == {10}
    assert [series["file"] for series in named] == [feeds.place(trend) for trend in past.trends(past.stepping(11))], (
        "a series keeps its address"
    )


@pytest.mark.parametrize(
    ("verdict_name", "expected", "colour"),
    [
        ("faster", "Flask 1.0 leads", "blue"),
        ("tie", "Flask 1.0 and Django 1.0 tie", "blue"),
        ("inconclusive", "Flask 1.0 or Django 1.0: open", "lightgrey"),
    ],
)
def test_the_badge_says_no_more_than_the_verdict(verdict_name: str, expected: str, colour: str) -> None:
    run = verdict(past.run(1), verdict_name)
    if verdict_name == "faster":
        run = past.run(1)
    assert feeds.badge(cards([run])) == {
        "schemaVersion": 1,
        "label": "fairground",
        "message": expected,
        "color": colour,
    }


def test_the_badge_is_of_the_newest_complete_run_that_is_for_choosing() -> None:
    newer, partial = past.run(5, profile="ci"), past.run(6)
    partial = replace(partial, run=replace(partial.run, status="partial"))
    old = past.upgraded(past.run(2))
    assert feeds.badge(cards([past.run(1), old, newer, partial]))["message"] == "Flask 1.1 leads"
    assert feeds.badge(cards([newer, partial]))["message"] == "no run"
    assert feeds.badge(cards([]))["message"] == "no run"


@pytest.mark.parametrize(
    "options", ["--apps flask,django", "--apps=flask", "--workloads json", "--rounds 1", "--against x"]
)
def test_a_run_of_something_else_speaks_for_nobody(options: str) -> None:
    chosen = past.upgraded(past.run(9))
    chosen = replace(chosen, run=replace(chosen.run, command=f"python -m bench run --seed 3 {options}"))
    assert feeds.leading(cards([past.run(1), chosen])) == card.of(past.run(1))
    assert feeds.leading(cards([chosen])) is None
    assert feeds.badge(cards([chosen]))["message"] == "no run"


def test_a_comparison_of_editions_speaks_for_nobody() -> None:
    run = past.run(9)
    older = replace(run.suts[1], id="flask@abc", base_of="flask")
    assert feeds.leading(cards([past.run(1), replace(run, suts=(*run.suts, older))])) == card.of(past.run(1))


def test_where_nothing_may_be_ranked_the_badge_is_withheld() -> None:
    run = past.run(1)
    noisy = replace(run, noise=(Noise("throughput_rps", unbounded(0.2)),))
    failed = replace(run, checks=(Check("errors", "No errors", "fail", 1, 0, ""),))
    alone = replace(run, comparisons=())
    for stored_run in (noisy, failed, alone):
        assert feeds.badge(cards([stored_run])) | {"color": "lightgrey"} == feeds.badge(cards([stored_run]))
        assert feeds.badge(cards([stored_run]))["message"] == "withheld"
