"""A comparison as words and tables: held in place by a golden file, and inert whatever a label says."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bench.analysis.changes import Changes
from bench.estimate import Estimate, unbounded
from bench.metrics import FOLLOWED
from bench.model import Failure
from bench.report import changed, headline, outcome
from bench.store.results import Comparison
from tests import builders
from tests.analysis.test_changes import editions
from tests.report.test_faces import HOSTILE, skeleton

DATA = Path(__file__).parent / "data"


def ratio(sut: str, workload: str | None, metric: str, value: float, verdict: str) -> Comparison:
    return builders.comparison(sut, sut, workload, metric, value, value / 1.02, value * 1.02, verdict)


FOUND = Changes(
    base="20261121T120000Z-quick",
    head="20261122T120000Z-quick",
    threshold=0.05,
    labels={"flask": "Flask 3.1.2 → Flask 3.1.3", "django": "Django 5.2.19", "gone": "Without a figure"},
    names={"json": "json", "read-item": "read-item", "json-in-process": "json"},
    ratios=(
        ratio("flask", None, "throughput_rps", 0.8, "slower"),
        ratio("flask", None, "cpu_us_per_request", 1.2, "slower"),
        ratio("flask", "json", "cpu_us_per_request", 1.5, "slower"),
        ratio("flask", "read-item", "cpu_us_per_request", 1.01, "tie"),
        ratio("django", None, "cpu_us_per_request", 0.9, "faster"),
        ratio("django", "read-item", "cpu_us_per_request", 1.03, "inconclusive"),
        replace(ratio("django", "json-in-process", "call_cpu_us", 1.0, "inconclusive"), here=unbounded(1.0)),
    ),
    lost=(Failure("django", "json", "round 1: errors: 3 x status 500"),),
    unmatched=("new is in 20261122T120000Z-quick only",),
    differences=("the profile was quick, and is ci",),
    drift=Estimate(0.7, 0.65, 0.75),
    steady=("wsgi", "django"),
    decisive=("cpu_us_per_request", "call_cpu_us"),
)


def shown(comparison: Changes) -> str:
    out = io.StringIO()
    changed.show(comparison, Console(file=out, width=120))
    return out.getvalue()


def test_the_markdown_is_as_it_was(golden: Callable[[Path, str], None]) -> None:
    golden(DATA / "comparison.md", changed.markdown(FOUND))


def test_one_that_alone_shows_the_drift_is_said_to_show_no_change() -> None:
    reason = "its own figures in time cannot show a change"
    assert reason not in changed.markdown(FOUND)
    assert f"As wsgi alone shows the drift, {reason}." in changed.markdown(replace(FOUND, steady=("wsgi",)))


def test_the_terminal_says_the_same() -> None:
    text = shown(FOUND)
    assert outcome.sentence(FOUND) in text
    assert "Not comparable: the profile was quick, and is ci." in text
    assert "▼ 1.50x" in text
    assert "Without a figure" not in text


def test_the_sentence_leads_with_what_got_slower_and_leaves_out_what_decides_nothing() -> None:
    text = outcome.sentence(FOUND)
    assert text.startswith(
        "2 figures got slower by more than 5 %: flask overall by CPU per request 1.20x [1.18-1.22] and flask in json"
    )
    assert "throughput" not in text
    assert "1 measurement failed that had not: django, json." in text
    assert "Faster: django overall" in text
    assert text.endswith("Of 6 figures, 2 remain open.")
    one = replace(
        FOUND, ratios=tuple(comparison for comparison in FOUND.ratios if comparison.workload != "json-in-process")
    )
    assert outcome.sentence(one).endswith("Of 5 figures, 1 remains open.")
    within = replace(FOUND, decisive=tuple(ratio.id for ratio in FOLLOWED))
    assert "3 figures got slower" in outcome.sentence(within)


def test_where_nothing_got_slower_it_says_so() -> None:
    calm = replace(FOUND, ratios=FOUND.ratios[3:4], lost=(), threshold=0.025)
    assert outcome.sentence(calm) == "Nothing got slower by more than 2.5 %."
    assert outcome.sentence(replace(calm, ratios=())) == "There is nothing to compare."


def test_many_are_counted_and_the_largest_named() -> None:
    many = tuple(ratio("flask", f"w{number}", "cpu_us_per_request", 1.1 + number / 10, "slower") for number in range(6))
    names = {ratio.workload: ratio.workload for ratio in many if ratio.workload}
    text = outcome.sentence(replace(FOUND, names=names, ratios=many, lost=()))
    assert text.startswith("6 figures got slower by more than 5 %: flask in w5 by CPU per request 1.60x")
    assert text.endswith("and 3 more.")


def poisoned(text: str) -> Changes:
    """The comparison with `text` wherever a text comes from outside."""
    return replace(
        FOUND,
        base=text,
        head=text,
        labels=dict.fromkeys(FOUND.labels, text),
        names=dict.fromkeys(FOUND.names, text),
        lost=(Failure("django", "json", text),),
        unmatched=(text,),
        differences=(text,),
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_label_says_is_inert(text: str) -> None:
    assert skeleton(changed.markdown(poisoned(text))) == skeleton(changed.markdown(poisoned("harmless")))
    assert shown(poisoned(text)).replace("\n", "").isprintable()


def test_a_run_with_two_editions_is_headed_by_what_changed() -> None:
    assert headline.sentence(editions(800.0, 1000.0)).startswith("4 figures got slower by more than 5 %")
    assert "got slower" not in headline.sentence(builders.run([builders.sut("wsgi")]))
