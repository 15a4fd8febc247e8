"""The page in a browser: what its script does, and that nothing else happens."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bench.report import html, view
from bench.report.html import Drawings
from tests.report import drawn, picture
from tests.report.opened import THROUGHPUT, Open, cells, copied, suts

pytestmark = pytest.mark.servers


def test_a_column_sorts_best_first_then_worst_then_as_it_came(open_: Open) -> None:
    page = open_().page
    came = suts(page)
    head = page.locator(f"{THROUGHPUT} th[data-key=read-item]")
    best: list[str] = ["wsgi", "flask", "cherrypy", "django", "py4web"]
    for order, expected in (
        ("descending", best),
        ("ascending", ["django", "cherrypy", "flask", "wsgi", "py4web"]),
        ("none", came),
    ):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", order)
        assert suts(page) == expected  # what failed goes last, either way


def test_a_head_is_sorted_by_from_the_keyboard(open_: Open) -> None:
    page = open_().page
    page.locator(f"{THROUGHPUT} th[data-key=sut] button").focus()
    page.keyboard.press("Enter")
    assert suts(page) == ["cherrypy", "django", "flask", "wsgi", "py4web"]  # by label: "no framework" before "py4web"


def test_a_filter_hides_rows_in_all_tables_and_never_moves_the_baseline(open_: Open) -> None:
    page = open_("thirty").page
    before = cells(page)
    page.get_by_label("Filter").fill("flask, django")
    assert suts(page) == suts(page, "#versions")[::-1] == ["flask", "django"]
    expect(page.locator("#status")).to_have_text("2 of 30 shown")
    assert cells(page) == before
    page.get_by_label("Filter").fill("")
    assert len(suts(page)) == 30


def test_a_filter_knows_interfaces_data_layers_and_servers(open_: Open) -> None:
    page = open_("story").page
    every = set(suts(page, "#versions"))
    page.get_by_label("Filter").fill("GUNICORN")
    shown = set(suts(page, "#versions"))
    assert shown < every
    assert {"flask-gunicorn"} <= shown
    page.get_by_label("Filter").fill("wsgi")
    assert set(suts(page, "#versions")) == every


@pytest.mark.parametrize(
    ("name", "baseline"),
    [
        ("story", "flask"),
        ("story", "py4web"),
        ("story", "flask-gunicorn"),
        ("native", "cherrypy"),
        ("databases", "flask"),
    ],
)
def test_another_baseline_shows_what_python_would_have_rendered(
    open_: Open, folder: Path, name: str, baseline: str
) -> None:
    other = folder / f"{name}-{baseline}.html"
    other.write_text(html.render(view.build(drawn.run(name), baseline), Drawings()), "utf-8")
    opened = open_(name)
    first = cells(opened.page)
    opened.page.get_by_label("Baseline").select_option(baseline)
    assert cells(opened.page) == cells(open_(file=other).page)
    expect(opened.page).to_have_url(re.compile(f"#baseline={baseline}$"))
    opened.page.get_by_label("Baseline").select_option("wsgi")
    assert cells(opened.page) == first
    assert opened.noise == []


def test_what_is_not_offered_stays_so_and_is_sorted_last(open_: Open) -> None:
    page = open_("lacking").page
    cell = page.locator(f"{THROUGHPUT} tr[data-sut=flask] td.not-offered")
    assert page.locator(f"{THROUGHPUT} td.not-offered").count() == 1
    page.get_by_label("Baseline").select_option("flask")
    expect(cell).to_have_text("not offered1")
    for _ in range(2):
        page.locator(f"{THROUGHPUT} th[data-key=upload] button").click()
        assert suts(page)[-1] == "flask"


def test_a_permalink_leads_to_the_same_view(open_: Open) -> None:
    page = open_("thirty").page
    page.get_by_label("Baseline").select_option("django")
    page.get_by_label("Filter").fill("o")
    page.locator(f"{THROUGHPUT} th[data-key=browse] button").click()
    expect(page).to_have_url(re.compile("#baseline=django&filter=o&sort="))
    other = open_("thirty", "#" + page.url.partition("#")[2]).page
    assert suts(other) == suts(page)
    assert cells(other) == cells(page)
    expect(other.get_by_label("Baseline")).to_have_value("django")
    other.get_by_role("button", name="Reset").click()
    assert len(suts(other)) == 30
    assert "#" not in other.url or other.url.endswith("#")


@pytest.mark.parametrize(
    "place", ["#baseline=nobody&sort=x.y.z&filter=", "#sort=throughput-rps-closed-common.__proto__.up", "#%E0=%"]
)
def test_a_link_that_means_nothing_changes_nothing(open_: Open, place: str) -> None:
    opened = open_("story", place)
    assert suts(opened.page) == suts(open_("story").page)
    assert opened.noise == []


def test_a_table_is_copied_as_markdown_csv_and_json(open_: Open) -> None:
    page = open_().page
    page.get_by_label("Filter").fill("flask")
    text = copied(page, THROUGHPUT, "Markdown")
    assert "| flask " not in text
    assert "| Flask 3.1.3 | slower ≤ 0.325x \\[0.324-0.327\\]" in text
    assert "no framework (WSGI)" not in text.split("\n\n")[1]
    lines = copied(page, THROUGHPUT, "CSV").splitlines()
    assert lines[0] == "sut,label,workload,baseline,verdict,bound,ratio,low,high,figure"
    assert lines[1].startswith("flask,Flask 3.1.3,overall,wsgi,slower,≤,0.325,0.324,0.327,")
    document = json.loads(copied(page, THROUGHPUT, "JSON"))
    assert [row["workload"] for row in document] == ["overall", "read-item", "crud-mix"]
    assert json.loads(copied(page, "#machine", "JSON"))[0]["Fact"] == "Processor"


def test_what_is_copied_is_inert_where_it_is_pasted(open_: Open) -> None:
    page = open_("hostile").page
    page.locator("#environment").scroll_into_view_if_needed()
    for line in copied(page, "#machine", "Markdown").splitlines():
        assert "<" not in line
        assert "`" not in line
    page.evaluate("""() => { document.querySelector("#machine tbody th").textContent = "=1+1"; }""")
    assert "\n'=1+1," in copied(page, "#machine", "CSV")


def test_hostile_text_does_nothing(open_: Open) -> None:
    opened = open_("hostile", "#filter=<img src=x onerror=alert(1)>")
    opened.page.get_by_label("Baseline").select_option("flask")
    opened.page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    assert opened.page.locator("img, iframe, a[href^=javascript]").count() == 0
    assert opened.noise == []


def test_a_column_is_sorted_by_its_figures_whatever_their_unit(open_: Open) -> None:
    page = open_().page
    table = "#response-p99-s-open-common"
    page.locator(f"{table} th[data-key=read-item-open] button").click()
    assert suts(page, table) == ["wsgi", "flask", "cherrypy", "django", "py4web"]  # 450 µs before 1.38 ms


def test_a_table_too_large_to_travel_keeps_its_baseline_and_says_so(open_: Open) -> None:
    opened = open_("large")
    opened.page.get_by_label("Baseline").select_option("django")
    expect(opened.page.locator(f"{THROUGHPUT} .anchor")).to_contain_text("Django")
    expect(opened.page.locator("#cpu-us-per-request-closed-common .anchor")).to_contain_text("no framework (WSGI)")
    expect(opened.page.locator("#cpu-us-per-request-closed-common tr.base")).to_have_attribute("data-sut", "wsgi")
    assert opened.noise == []


def test_pictures_for_the_readme_are_small(browser: Browser, folder: Path) -> None:
    (folder / "report.html").write_bytes(drawn.page("full", folder).read_bytes())
    for taken in picture.take(browser, folder):
        content = taken.read_bytes()
        assert content.startswith(b"\x89PNG")
        assert int.from_bytes(content[16:20]) == picture.WIDTH
        assert len(content) < 200_000
