"""The page: held by a golden file, complete in itself, readable without script, and inert."""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace

import pytest
from parsel import Selector

from bench.report import drawings, html, view
from bench.report.html import Drawings
from bench.store import storage
from bench.store.results import Run
from bench.words import printable
from tests.report import runs, story
from tests.report.test_faces import HOSTILE, poisoned

MOST_BYTES = 600_000


@pytest.fixture(scope="module")
def stored() -> Run:
    return storage.load(story.FOLDER)


def drawn(run: Run, baseline: str | None = None) -> str:
    built = view.build(run, baseline)
    return html.render(built, drawings.draw(built))


def bare(run: Run, baseline: str | None = None) -> str:
    """Without charts, which have tests of their own."""
    return html.render(view.build(run, baseline), Drawings())


def said(page: Selector, path: str) -> str:
    return " ".join("".join(page.css(path).xpath(".//text()").getall()).split())


def test_the_page_is_as_it_was(stored: Run, golden: Callable[..., None]) -> None:
    """Without style and script, which are files of their own, and the charts, which have theirs."""
    page = re.sub(r"<style>.*?</style>", "<style></style>", bare(stored), flags=re.DOTALL)
    page = re.sub(r"<script>.*?</script>", "<script></script>", page, flags=re.DOTALL)
    golden(story.FOLDER / "report.html", re.sub(r"sha256-[\w+/=]+", "sha256-...", page))


def test_a_page_stays_small() -> None:
    assert len(drawn(runs.make()).encode()) < MOST_BYTES


def test_nothing_is_fetched_from_anywhere(stored: Run) -> None:
    page = Selector(drawn(stored))
    links = page.xpath("//@href").getall()
    assert not page.xpath("//@src | //@style | //iframe | //object | //embed | //base")
    assert {link for link in links if not link.startswith(("#", "data:"))} == {"report.md", "summary.csv", "run.json"}
    assert {link[1:] for link in links if link.startswith("#")} <= set(page.xpath("//@id").getall())


def test_only_its_own_style_and_script_may_run(stored: Run) -> None:
    page = Selector(bare(stored))
    policy = page.css("meta[http-equiv]::attr(content)").get() or ""
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for text in (page.css("style::text").get(), page.css("script:not([type])::text").get()):
        assert b64encode(hashlib.sha256((text or "").encode()).digest()).decode() in policy


def test_its_parts_are_named_for_those_who_do_not_see_them(stored: Run) -> None:
    page = Selector(drawn(stored))
    ids = page.xpath("//@id").getall()
    assert len(ids) == len(set(ids))
    assert set(" ".join(page.xpath("//@aria-labelledby").getall()).split()) <= set(ids)
    assert page.css("html::attr(lang)").get() == "en"
    assert all(table.css("caption .title::text").get() for table in page.css("table"))
    assert not page.css("th:not([scope])")
    assert all(label for label in page.css("svg").xpath("@aria-label").getall())
    assert not page.css("svg:not([role=img])")
    assert [
        len(level) for level in page.xpath("//*[self::h1 or self::h2 or self::h3]/text()").getall() if not level
    ] == []


def test_every_cell_of_the_view_stands_in_the_page(stored: Run) -> None:
    page, built = Selector(bare(stored)), view.build(stored)
    matrices = page.css("table.matrix")
    assert len(matrices) == len(built.tables)
    for table in built.tables:
        for row in table.rows:
            here = page.css(f"#{html.pairs.name(table)} tr[data-sut='{row.sut.id}']")
            texts = ["".join(cell.xpath(".//text()").getall()) for cell in here.css("td")][-len(row.cells) :]
            for cell, text in zip(row.cells, texts, strict=True):
                assert cell.verdict in text
                assert cell.ratio in text
                assert cell.interval in text
                assert (cell.figure or "failed") in text


def test_the_verdict_comes_first_and_the_checks_next(stored: Run) -> None:
    page, built = Selector(bare(stored)), view.build(stored)
    assert said(page, ".verdict") == built.headline
    assert page.css("section::attr(id)").getall() == [
        *("trust", "throughput", "latency", "rounds", "cost", "native", "reading", "environment")
    ]
    assert len(page.css(".chips li")) == len(built.checks)
    assert len(page.css(".chips .fail")) == sum(check.status == "fail" for check in built.checks)


def test_a_failed_check_marks_the_page() -> None:
    page = Selector(bare(runs.make(failed="django")))
    assert "Advisory" in said(page, "title")
    assert page.css("body.advised .advisory")
    assert "errors: 3 x status 500" in said(page, ".failures")
    assert not Selector(bare(runs.make())).css(".advised")


def test_a_partial_run_says_so() -> None:
    page = Selector(bare(runs.make(rounds=2, status="partial")))
    assert "partial, with 2 rounds" in said(page, ".advisory")


def test_a_figure_that_the_generator_may_have_held_down_says_so() -> None:
    page = Selector(bare(runs.make(limited="wsgi")))
    cell = page.css("#throughput-rps-closed-common tr[data-sut=wsgi] td:nth-child(3)")
    assert "at least 16,600/s1" in "".join(cell.xpath(".//text()").getall())
    assert said(page, "#throughput .notes") == "the generator may have been the limit"
    ratios = page.css("#throughput-rps-closed-common tr[data-sut=flask] td b::text").getall()
    assert len(ratios) == 7
    assert all(ratio.startswith("≤ ") for ratio in ratios)
    assert not page.css("#cpu-us-per-request-closed-common b:contains('≤')")
    assert "a ratio to it at most that (≤)" in said(page, "#throughput-rps-closed-common .legend")


def test_a_run_with_too_much_noise_draws_no_ranking() -> None:
    noisy = view.build(runs.make(twin=0.2))
    assert noisy.withheld
    assert drawings.draw(noisy).overall is None
    assert drawings.picture(noisy) is None


def test_what_a_run_lacks_is_said_in_a_sentence() -> None:
    page = Selector(drawn(runs.make(rounds=1, opened=())))
    assert "no workload with a stated arrival rate" in said(page, "#latency")
    assert "only one round" in said(page, "#rounds")
    assert "Without a second round there are no intervals" in said(page, "header")


def test_work_in_process_stands_apart() -> None:
    """The place for a kind of table that has no sockets."""
    built = view.build(runs.make())
    inside = replace(built.tables[0], kind="micro", title="In process")
    page = Selector(html.render(replace(built, tables=(*built.tables, inside)), Drawings()))
    assert page.css("#cost #throughput-rps-micro-common")
    assert "not comparable" in said(page, "#cost .caution")


def test_a_run_in_which_nothing_was_measured_still_has_a_page() -> None:
    run = replace(runs.make(rounds=0), checks=())
    page = Selector(drawn(run))
    assert "Nothing was checked" in said(page, "header")
    assert not page.css("table.matrix")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(stored: Run, text: str) -> None:
    known = set(Selector(bare(stored)).xpath("//*").xpath("name()").getall())
    page_text = bare(poisoned(stored, text))
    page = Selector(page_text)
    assert set(page.xpath("//*").xpath("name()").getall()) <= known
    assert not [name for name in page.xpath("//@*").xpath("name()").getall() if name.startswith("on")]
    assert not [link for link in page.xpath("//@href").getall() if "javascript" in link]
    assert len(page.css("script")) == 2
    assert not [char for char in page_text if not char.isprintable() and char != "\n"]
    assert json.loads(page.css("#data::text").get() or "")["suts"]["common"][0][1] == printable(text)


def test_another_baseline_moves_the_ratios(stored: Run) -> None:
    page = Selector(bare(stored, "flask"))
    assert page.css("#throughput-rps-closed-common tr.base::attr(data-sut)").get() == "flask"
    assert page.css("#throughput-rps-closed-native tr.base::attr(data-sut)").get() == "flask-gunicorn"
