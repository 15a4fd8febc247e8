"""The combined report as a page: complete in itself, without a script, inert, and readable in any theme and width."""

from pathlib import Path

import pytest
from parsel import Selector
from playwright.sync_api import Browser

from bench.report.combined import page
from tests.chromium import FAINT
from tests.report.combined import machines
from tests.report.combined.machines import agreeing, contradicting
from tests.report.opened import NARROW, WIDE
from tests.report.test_faces import HOSTILE


def said(text: str, path: str) -> str:
    return " ".join(" ".join(Selector(text).css(path).xpath(".//text()").getall()).split())


def test_a_contradiction_is_what_a_reader_meets_first() -> None:
    text = page.render(contradicting())
    assert said(text, "header > :first-child").startswith("Machines contradict each other: Django 1.0 is faster than")
    assert "1 more contradiction: report.json has all" in said(text, "header > :first-child")
    assert "contradict" not in said(page.render(agreeing()), "header")


def test_each_table_has_a_column_for_each_run_and_one_for_another_machine() -> None:
    text = page.render(agreeing())
    for table in Selector(text).css("table.matrix"):
        heads = table.css("thead th::text").getall()
        assert heads == ["SUT", "machine 1", "machine 2", "another machine"]
        assert len(table.css("tbody tr:not(.group)")) == 9
        assert all(len(row.css("th, td")) == 4 for row in table.css("tbody tr:not(.group)"))
    assert "CPU of bb, 2 cores" in said(text, "#runs tbody tr:nth-child(2)")


def test_nothing_is_fetched_and_its_parts_have_names() -> None:
    shown = Selector(page.render(agreeing()))
    assert not shown.xpath("//@src | //@style | //script | //iframe | //base")
    ids = shown.xpath("//@id").getall()
    assert len(ids) == len(set(ids))
    assert set(" ".join(shown.xpath("//@aria-labelledby").getall()).split()) <= set(ids)
    assert not shown.css("th:not([scope])")
    assert set(shown.xpath("//@href").getall()) == {"#ratios", "report.md", "report.json"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text: str) -> None:
    hostile = page.render(machines.poisoned(text))
    names = set(Selector(hostile).xpath("//*").xpath("name()").getall())
    assert names == set(Selector(page.render(machines.poisoned("harmless"))).xpath("//*").xpath("name()").getall())
    assert not [char for char in hostile if not char.isprintable() and char not in "\n\xa0"]


@pytest.mark.servers
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["desk", "phone"])
def test_it_can_be_read(browser: Browser, tmp_path: Path, theme: str, viewport: dict[str, int]) -> None:
    (tmp_path / "report.html").write_text(page.render(contradicting()), "utf-8")
    context = browser.new_context(viewport=viewport, color_scheme=theme)  # type: ignore[arg-type]
    opened, noise = context.new_page(), []
    opened.on("console", lambda message: noise.append(message.text))
    opened.goto((tmp_path / "report.html").as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    faint = opened.evaluate(FAINT)
    assert faint["seen"] > 100
    assert faint["faint"] == []
    assert noise == []
    context.close()
