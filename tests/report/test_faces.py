"""The faces in text: held in place by golden files, and inert whatever a server or an app wrote."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console

from bench.estimate import unbounded
from bench.model import Failure
from bench.report import html, markdown, table_csv, terminal, view
from bench.report.html import Drawings
from bench.store import storage
from bench.store.results import Check, Run
from bench.words import one_line, si
from tests import builders
from tests.report import runs, story

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(2)">',
    "[link](javascript:alert(3)) ![image](http://x/y.png) <http://evil.example>",
    "**bold** _it_ `code` ~~gone~~ # head | cell | $x^2$ &lt;b&gt; \\",
    "a\n\n# A heading\n\n- a list\n\n```\ncode\n| a | b |\n|---|---|\n",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07\x9b2J\u202e\x00\x08",
    "[bold red]markup[/] [link=http://evil]x[/link]",
    '=cmd|" /C calc"!A0',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
)


@pytest.fixture(scope="module")
def stored() -> Run:
    return storage.load(story.FOLDER)


def poisoned(run: Run, text: str) -> Run:
    """The run with `text` wherever a text comes from outside."""
    return replace(
        run,
        run=replace(run.run, command=text, started_at=text),
        environment=builders.foreign(run.environment, text),
        suts=tuple(replace(sut, label=text, server=text, data_layer=text, notes=(text, text)) for sut in run.suts),
        workloads=tuple(replace(workload, title=text) for workload in run.workloads),
        measurements=tuple(replace(measurement, note=text) for measurement in run.measurements),
        checks=(Check("contract", text, "fail", 1, 0, text),),
        failures=tuple(Failure(failure.sut, failure.workload, text) for failure in run.failures),
    )


def shown(run: Run, width: int = 120, *, terminal_: bool = False, baseline: str | None = None) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal_, color_system=None, highlight=False)
    terminal.show(view.build(run, baseline), console)
    return out.getvalue()


def test_markdown_is_as_it_was(stored: Run, golden: Callable[..., None]) -> None:
    golden(story.FOLDER / "report.md", markdown.render(view.build(stored)))


def test_the_chart_stands_in_the_markdown_that_lies_beside_it(stored: Run) -> None:
    text = markdown.render(view.build(stored), "chart.svg")
    assert [token.attrs["src"] for token in tokens(text) if token.type == "image"] == ["chart.svg"]
    assert "chart.svg" not in markdown.render(view.build(stored))


def test_csv_is_as_it_was(stored: Run, golden: Callable[..., None]) -> None:
    golden(story.FOLDER / "summary.csv", table_csv.render(view.build(stored)))


def test_the_terminal_is_as_it_was(stored: Run, golden: Callable[..., None]) -> None:
    golden(story.FOLDER / "terminal.txt", shown(stored, 160, baseline="flask"))


def tokens(text: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(text):
        yield token
        yield from token.children or ()


def skeleton(text: str) -> list[tuple[str, str]]:
    """What a Markdown renderer makes of it but for the words: every tag, link, image, code span and piece of HTML."""
    return [
        (token.type, token.content if "html" in token.type else "") for token in tokens(text) if token.type != "text"
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_is_no_markdown_and_no_html(stored: Run, text: str) -> None:
    harmless = markdown.render(view.build(poisoned(stored, "harmless")))
    hostile = markdown.render(view.build(poisoned(stored, text)))
    assert skeleton(hostile) == skeleton(harmless)
    assert {content for kind, content in skeleton(hostile) if content} == {"<br>"}, "the only HTML is our own"
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", hostile)


@given(st.text(max_size=40))
def test_a_reader_of_the_markdown_sees_the_text_itself(text: str) -> None:
    # After a word, as all foreign text in the report stands: at the start of a line a dash makes a list.
    seen = "".join(token.content for token in tokens(f"so: {markdown.text(text)}") if token.type == "text")
    assert seen == f"so: {one_line(text)}".rstrip()


def test_a_reason_of_many_lines_fits_into_its_cell(stored: Run) -> None:
    long = tuple(replace(failure, reason="\n".join(["line"] * 60)) for failure in stored.failures)
    text = markdown.render(view.build(replace(stored, failures=long)))
    (row,) = [line for line in text.splitlines() if line.startswith("| **py4web") and "✗" in line][:1]
    assert len(row) < 300
    empty = tuple(replace(failure, reason="\n") for failure in stored.failures)
    assert "| ✗ |" in re.sub(" +", " ", markdown.render(view.build(replace(stored, failures=empty))))


def test_a_small_report_leaves_nothing_out() -> None:
    text = markdown.render(view.build(runs.make(**runs.FULL, rounds=2)))
    assert "Left out" not in text
    assert "## In process: wall clock per call" in text


def test_twenty_workloads_of_thirty_fit_a_comment_even_if_all_of_them_failed() -> None:
    many = tuple(f"workload-{number}" for number in range(20))
    run = runs.make(suts=30, rounds=2, closed=many)
    assert len(markdown.render(view.build(run))) < 65_536
    failures = tuple(Failure(sut.id, name, "no answer " * 50) for sut in run.suts for name in many)
    text = markdown.render(view.build(replace(run, failures=failures, measurements=())))
    assert len(text) < 65_536
    assert "- and 580 more failures, which report.html lists" in text


def test_wall_clock_stands_beside_cpu_in_every_face_for_people() -> None:
    run = runs.make(suts=2, inside=("json",))
    (wall,) = [
        measurement
        for measurement in run.measurements
        if (measurement.metric, measurement.sut) == ("call_wall_us", "flask")
    ]
    for text in (markdown.render(view.build(run)), shown(run), html.render(view.build(run), Drawings())):
        assert "In process: wall clock per call" in text
        assert "oisier" in text
        assert f"{wall.estimate.value:.1f} µs" in text


@pytest.mark.parametrize(("operation", "unit", "name"), [("json", 1e3, "k"), ("create-item", 1e6, "M")])
def test_instructions_are_told_with_what_the_framework_adds(operation: str, unit: float, name: str) -> None:
    run = runs.make(suts=2, inside=(operation,), counted=True)
    known = {(measurement.metric, measurement.sut): measurement for measurement in run.measurements}
    called, added = known["call_instructions", "flask"], known["overhead_instructions", "flask"]
    for text in (markdown.render(view.build(run)), shown(run), html.render(view.build(run), Drawings())):
        assert "In process: instructions per call" in text
        assert f"{si(called.estimate.value / unit)} {name}" in text
        assert f"+{si(added.estimate.value / unit)}" in text
    assert f"{called.estimate.value}" in table_csv.render(view.build(run)), "as counted, for machines"
    assert "instructions per call" not in markdown.render(view.build(runs.make(suts=2, inside=("json",))))


def rows(run: Run) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table_csv.render(view.build(run)))))


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_is_no_formula(stored: Run, text: str) -> None:
    for row in rows(poisoned(stored, text)):
        for value in (row["label"], row["server"], row["note"]):
            assert value[:1] not in tuple("=+-@\t\r")
            assert value.removeprefix("'") == one_line(text)


def test_csv_has_a_line_for_each_measurement_with_its_numbers(stored: Run) -> None:
    lines = rows(stored)
    assert len(lines) == len(stored.measurements)
    (one,) = [
        row for row in lines if (row["sut"], row["workload"], row["metric"]) == ("wsgi", "read-item", "throughput_rps")
    ]
    assert (float(one["value"]), one["at_least"], one["rounds"]) == (pytest.approx(20_000), "True", "4")
    first = stored.measurements[0]
    endless = replace(first, estimate=unbounded(first.estimate.value), workload=None)
    lone = replace(stored, measurements=(endless,))
    (bare,) = rows(lone)
    assert (bare["low"], bare["high"], bare["workload"], bare["note"][:3]) == ("", "", "", bare["note"][:3])


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("terminal_", [True, False])
def test_foreign_text_drives_no_terminal(stored: Run, text: str, terminal_: bool) -> None:
    said = shown(poisoned(stored, text), terminal_=terminal_)
    assert said.replace("\n", "").isprintable()
    assert "\u202e" not in said
    if "[bold red]" in text:
        assert "[bold red]markup[/]" in said.replace("\n", " "), "no markup of rich"


def test_a_narrow_terminal_loses_no_figure(stored: Run) -> None:
    said = re.sub(r"\s+", "", shown(stored, 60, terminal_=True))
    for figure in ("atleast20,000/s", "≤0.325x", "[0.324-0.327]", "6,500/s", "read-item"):
        assert figure in said
    assert "…" not in said


def test_a_pipe_has_no_edge(stored: Run) -> None:
    said = shown(stored, 40)
    assert max(map(len, said.splitlines())) > 120
    assert re.search(r"● 1\.00x +▼ ≤ 0\.477x|▼ ≤ 0\.325x +▼ ≤ 0\.325x", said)


def renamed(run: Run, workload: str, to: str) -> Run:
    """The run with another id for a workload, as somebody's altered file may have it."""

    def other(value: object) -> object:
        return replace(value, workload=to) if getattr(value, "workload", None) == workload else value  # type: ignore[type-var]

    return replace(
        run,
        workloads=tuple(replace(info, id=to, name=to) if info.id == workload else info for info in run.workloads),
        measurements=tuple(map(other, run.measurements)),
        comparisons=tuple(map(other, run.comparisons)),
    )


def test_the_head_of_a_column_is_foreign_text_too(stored: Run) -> None:
    hostile = renamed(stored, "read-item", "[red]x[/]<b>|\x1b[31m")
    assert "[red]x[/]<b>| [31m" in shown(hostile)
    text = markdown.render(view.build(hostile))
    assert skeleton(text) == skeleton(markdown.render(view.build(renamed(stored, "read-item", "harmless"))))
