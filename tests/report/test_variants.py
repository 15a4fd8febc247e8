"""What a variant's difference costs, and who could not be measured, in every face."""

import io
from dataclasses import replace

import pytest
from parsel import Selector
from rich.console import Console

from bench.estimate import unbounded
from bench.identity import SutKey
from bench.report import beside, html, markdown, terminal, variants, view
from bench.report.html import Drawings
from bench.store.results import Comparison, Measurement, Run
from tests import builders


def ratio(sut: str, baseline: str, workload: str | None, value: float, verdict: str) -> Comparison:
    return builders.comparison(sut, baseline, workload, "throughput_rps", value, value * 0.98, value * 1.02, verdict)


@pytest.fixture
def run() -> Run:
    orm = builders.sut(
        "flask-orm",
        key=SutKey("flask", "orm"),
        label="Flask 1.0 (orm)",
        variant_of="flask",
        difference="ORM & all.",
    )
    alone = replace(orm, id="django-lts", key=SutKey("django", "lts"), variant_of="django", difference="Older.")
    suts = [builders.sut("flask"), orm, alone]
    compared = [
        ratio("flask-orm", "flask", None, 0.5, "slower"),
        ratio("flask", "flask-orm", "read-item", 1.25, "faster"),
    ]
    bare = builders.run(suts, builders.steady({sut.id: 1000.0 for sut in suts}, 3), comparisons=compared)
    return replace(bare, plan=replace(bare.plan, absent={"web2py": "It runs on a checkout: `make web2py`."}))


def test_a_variant_stands_beside_its_app_where_that_is_in_the_run(run: Run) -> None:
    (row,) = variants.rows(run)
    assert (row.sut.id, row.app.id) == ("flask-orm", "flask")
    assert dict(zip(beside.heads(run), row.figures, strict=True)) == {
        "in the one workload": "▼ 0.500x [0.490-0.510]",
        "read-item": "▼ 0.800x [0.784-0.816]",
    }


def test_what_the_generator_held_down_is_no_ratio(run: Run) -> None:
    measured = [
        Measurement(sut, "read-item", "throughput_rps", unbounded(1.0), (1.0,), at_least=True)
        for sut in ("flask", "flask-orm")
    ]
    (row,) = variants.rows(replace(run, measurements=tuple(measured)))
    assert row.figures[1] == "-"


def test_without_a_closed_loop_the_difference_stands_alone(run: Run) -> None:
    inside = replace(run, workloads=(), comparisons=())
    (row,) = variants.rows(inside)
    assert (beside.heads(inside), row.figures) == ((), ())
    assert variants.sentence(inside, row) == "Flask 1.0 (orm) beside Flask 1.0: ORM & all."


def test_every_face_says_it_and_who_was_not_measured(run: Run) -> None:
    shown = view.build(run)
    out = io.StringIO()
    terminal.show(shown, Console(file=out, width=200, color_system=None))
    page, document, lines = html.render(shown, Drawings()), markdown.render(shown), out.getvalue()
    assert Selector(page).css("#variants td::text").getall()[:2] == ["ORM & all.", "▼ 0.500x [0.490-0.510]"]
    assert "- **Flask 1.0 (orm)**: ORM &#38; all." in document
    assert "Flask 1.0 (orm) beside Flask 1.0 in the one workload: ▼ 0.500x [0.490-0.510]. ORM & all." in lines
    for face, code in (
        (page, "<code>make web2py</code>"),
        (document, "<code>make web2py</code>"),
        (lines, "`make web2py`"),
    ):
        assert f"Not measured: It runs on a checkout: {code}." in face


def test_on_a_native_server_it_is_named_with_that_server() -> None:
    app, orm = (
        builders.sut(name, group="native", server="gunicorn 25.0", variant_of=of)
        for name, of in (("flask-gunicorn", ""), ("flask-orm-gunicorn", "flask-gunicorn"))
    )
    run = builders.run([app, orm], builders.steady({app.id: 1000.0, orm.id: 500.0}, 3))
    (row,) = variants.rows(run)
    assert variants.sentence(run, row).startswith(f"{orm.label} on gunicorn 25.0 beside {app.label} on gunicorn 25.0: ")
