"""Which servers a report is about first, and what that does to it."""

from dataclasses import replace

import pytest
from parsel import Selector

from bench.estimate import Estimate
from bench.identity import SutKey
from bench.report import drawings, groups, headline, html, view
from bench.store.results import Noise, Run
from tests import builders
from tests.report import runs

COMMON, NATIVE = builders.sut("flask"), builders.sut("flask-gunicorn", group="native")
FLOOR = builders.sut("asgi")


@pytest.mark.parametrize(
    ("suts", "first"),
    [
        ((COMMON, NATIVE), "common"),
        ((NATIVE, COMMON), "common"),
        ((NATIVE,), "native"),
        ((FLOOR, NATIVE), "native"),
        ((FLOOR,), "common"),
        ((), "common"),
    ],
)
def test_a_report_is_about_the_common_server_where_a_framework_is_on_it(suts: tuple, first: str) -> None:
    assert groups.first(suts) == first
    assert groups.behind(groups.first(suts)) != first
    assert groups.of_first(suts) == tuple(sut for sut in suts if sut.group == first)


@pytest.fixture(scope="module")
def natively() -> Run:
    """A run with every framework on a native server, and one floor on the common one."""
    whole = runs.make(suts=5, native=True)
    gone = {sut.id for sut in whole.suts if sut.group == "common" and sut.id != "wsgi"}
    return replace(
        whole,
        suts=tuple(sut for sut in whole.suts if sut.id not in gone),
        comparisons=tuple(one for one in whole.comparisons if not {one.sut, one.baseline} & gone),
        measurements=tuple(one for one in whole.measurements if one.sut not in gone),
    )


def test_native_servers_alone_are_ranked_as_what_they_are() -> None:
    suts = [
        builders.sut(f"{app}-uvicorn", key=SutKey(app, server="uvicorn"), label=app, server="uvicorn 1", group="native")
        for app in ("quart", "sanic")
    ]
    suts[1] = replace(suts[1], data_layer="its own")
    ahead = builders.comparison("sanic-uvicorn", "quart-uvicorn", None, "throughput_rps", 2.0, 1.9, 2.1, "faster")
    noise = (Noise("throughput_rps", Estimate(0.01, 0.0, 0.02)),)
    run = builders.run(suts, comparisons=(ahead,), noise=noise)
    said = headline.sentence(run)
    assert said.startswith("sanic on uvicorn 1 is the fastest pair of framework and server")
    assert "the throughput of quart on uvicorn 1, the next" in said
    assert headline.lead(run) == ahead


def test_they_have_every_table_and_chart_and_the_floor_elsewhere_stands_behind(natively: Run) -> None:
    built = view.build(natively)
    kinds = {(table.kind, table.group) for table in built.tables}
    assert {("closed", "native"), ("open", "native"), ("closed", "common")} <= kinds
    assert ("open", "common") not in kinds
    drawn = drawings.draw(built)
    assert drawn.overall
    assert drawn.latency
    assert drawn.rounds
    picture = drawings.picture(built)
    assert picture
    assert "no framework (WSGI) on gunicorn" in picture
    page = Selector(html.render(built, drawn))
    assert groups.CAUTION in page.css("#throughput .caution::text").getall()
    assert page.css("#common table.matrix[data-group=common] tr[data-sut]::attr(data-sut)").getall()[0] == "wsgi"
    assert {row.sut.id for row in built.declared} == {sut.id for sut in natively.suts}
