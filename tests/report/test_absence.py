"""What an app does not offer is shown as that, in every face: never as a zero, and never as a failure."""

import io
from dataclasses import replace

import pytest
from parsel import Selector
from rich.console import Console

from bench.report import html, markdown, terminal, view
from bench.report.html import Drawings
from bench.report.view import Table, TableCell
from bench.store.results import Run
from tests import builders
from tests.report import runs

CLOSED = ("read-item", "browse")
REASON = "no multipart forms | <b>"


@pytest.fixture(scope="module")
def lacking() -> Run:
    """Flask, which is third of five, offers no uploads."""
    return runs.leaving_out(runs.make(closed=(*CLOSED, "upload")), "flask", "upload", REASON)


def throughput(run: Run) -> Table:
    return view.build(run).tables[0]


def cell(run: Run, sut: str, workload: str) -> TableCell:
    (result,) = [
        cell for row in throughput(run).rows for cell in row.cells if (cell.sut, cell.workload) == (sut, workload)
    ]
    return result


def test_the_cell_says_so_with_the_reason_and_nothing_failed(lacking: Run) -> None:
    here = cell(lacking, "flask", "upload")
    assert (here.verdict, here.note, here.figure, here.value) == ("not offered", REASON, None, None)
    assert cell(lacking, "django", "upload").figure
    assert lacking.failures == ()
    assert {check.id: check.status for check in lacking.checks}["errors"] == "pass"


def test_order_and_overall_ratios_are_those_of_what_all_offer(lacking: Run) -> None:
    rows, without = throughput(lacking).rows, throughput(runs.make(closed=CLOSED)).rows
    assert [row.sut.id for row in rows] == [row.sut.id for row in without]
    assert [row.overall for row in rows] == [row.overall for row in without]
    assert all(row.overall for row in rows)
    assert "leave out the workloads that not every app offers" in throughput(lacking).legend
    assert "leave out" not in throughput(runs.make(closed=CLOSED)).legend


def test_what_failed_is_a_failure_whatever_the_manifest_says(lacking: Run) -> None:
    failed = replace(lacking, failures=(builders.failure("flask", "upload", "errors: 3 x status 500"),))
    assert cell(failed, "flask", "upload").verdict == "failed"
    elsewhere = replace(lacking, failures=(builders.failure("flask", "browse"),))
    assert cell(elsewhere, "flask", "upload").verdict == "not offered"


def test_a_figure_that_was_measured_is_shown_and_counts_whatever_the_manifest_says() -> None:
    run = runs.make(closed=CLOSED)
    suts = tuple(replace(sut, not_offered={"browse": "no templates"}) for sut in run.suts)
    declared = runs.derive.derive(replace(run, suts=suts), lambda *_: None)
    assert cell(declared, "flask", "browse").figure == cell(run, "flask", "browse").figure
    assert declared.comparisons == run.comparisons


def test_every_face_says_so(lacking: Run) -> None:
    built = view.build(lacking)
    page = Selector(html.render(built, Drawings()))
    assert page.css("#throughput-rps-closed-common tr[data-sut=flask] td.not-offered span::text").get() == "not offered"
    assert REASON in page.css("#throughput-rps-closed-common ~ .notes li::text, .notes li::text").getall()
    assert page.css(".key .not-offered")
    text = markdown.render(built)
    assert "| – not offered: no multipart forms &#124; &#60;b&#62; |" in text
    assert "✗ failed, – not offered." in text
    out = io.StringIO()
    terminal.show(built, Console(file=out, width=200, color_system=None))
    assert "– not offered" in out.getvalue()
    assert f"– {built.run.suts[2].label} does not offer upload: {REASON}" in out.getvalue()


def test_those_who_leave_out_the_same_share_a_line() -> None:
    run, lacking = runs.make(closed=CLOSED), {"upload": REASON}
    suts = [replace(sut, not_offered=lacking) if sut.id in ("flask", "django") else sut for sut in run.suts]
    out = io.StringIO()
    terminal.show(view.build(replace(run, suts=tuple(suts))), Console(file=out, width=200, color_system=None))
    flask, django = (next(sut.label for sut in suts if sut.id == name) for name in ("flask", "django"))
    assert f"– {django} and {flask} do not offer upload: {REASON}\n" in out.getvalue()


def test_where_everything_is_offered_nobody_speaks_of_it() -> None:
    built = view.build(runs.make(closed=CLOSED))
    assert "not offered" not in markdown.render(built)
    assert not Selector(html.render(built, Drawings())).css(".key .not-offered")
