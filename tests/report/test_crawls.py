"""The crawl in a report: charts with the crawler's ceiling, tables of its own, and every setting."""

import json

import pytest

from bench.analysis import derive
from bench.model import STATIC, TWIN
from bench.report import crawls, drawings, exports, html, markdown, view
from bench.report.view import View
from bench.store.results import Run
from tests import builders
from tests.builders import CRAWLED, crawled, one_round


def run(*, static: bool = True) -> Run:
    rounds = []
    for number, factor in enumerate((0.99, 1.0, 1.01), 1):
        cells = [crawled("wsgi", 550 * factor, 100), crawled(TWIN, 551 * factor, 100)]
        cells += [crawled("flask", 300 * factor, 300)]
        cells += [crawled(STATIC, 600 * factor, 20)] if static else []
        rounds.append(one_round(number, cells, twin_of="wsgi"))
    bare = builders.run((builders.sut("wsgi"), builders.sut("flask")), rounds, (CRAWLED,))
    return derive.derive(bare, lambda *_: None)


@pytest.fixture(scope="module")
def built() -> View:
    return view.build(run())


def test_rates_stand_beside_the_ceiling_best_first(built: View) -> None:
    rates, costs = crawls.strips(built)
    assert [(line.label, line.figure) for line in rates.lines] == [
        (crawls.COPY, "600/s"),
        ("Wsgi 1.0", "at least 550/s"),
        ("Flask 1.0", "300/s"),
    ]
    assert [line.points[0].hollow for line in rates.lines] == [False, True, False]
    assert [line.figure for line in costs.lines] == ["100 µs + 1,500 µs", "300 µs + 1,500 µs"]
    assert costs.domain[0] == 0
    assert costs.domain[1] > 1500


def test_without_a_copy_there_is_no_ceiling_and_every_rate_is_a_bound() -> None:
    bare = view.build(run(static=False))
    assert [line.label for line in crawls.strips(bare)[0].lines] == ["Wsgi 1.0", "Flask 1.0"]
    assert "static copy" in markdown.render(view.build(run()))
    assert "static copy" not in markdown.render(bare)


def test_the_page_has_a_section(built: View) -> None:
    page = html.render(built, drawings.draw(built))
    section = page.partition('<section id="crawl"')[2].partition("</section>")[0]
    assert "Scrapy crawled a static copy of the site at 600 pages a second." in section
    assert section.count("<svg") == 2
    assert "Crawl: the server&#39;s CPU per page" in section or "Crawl: the server's CPU per page" in section
    assert "Scrapy may have been the limit" in section
    assert "1.4 s" in section
    assert '<a href="#crawl">' in page


def test_a_report_without_a_crawl_has_none() -> None:
    bare = view.build(
        derive.derive(builders.run((builders.sut("wsgi"),), builders.steady({"wsgi": 100})), lambda *_: None)
    )
    assert crawls.shown(bare) is None
    assert crawls.strips(bare) == []
    assert 'id="crawl"' not in html.render(bare, drawings.draw(bare))


def test_other_tools_get_what_a_page_cost_the_server(built: View) -> None:
    exported = json.loads(exports.render(built.run, "bencher"))
    assert exported["flask/crawl"]["server-cpu-us-per-page"]["value"] == pytest.approx(300)


def test_other_faces_have_its_tables(built: View) -> None:
    assert "Crawl: pages a second" in markdown.render(built)
