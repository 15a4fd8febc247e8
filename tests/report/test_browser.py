"""The page in a browser: what its script does, what a keyboard and an eye meet, and that nothing else happens."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bench import storage
from bench.report import drawings, html, view
from bench.report.html import Drawings
from bench.results import Run

from . import chromium, picture, runs, story
from .test_faces import FULL, HOSTILE, poisoned

pytestmark = pytest.mark.servers

_THROUGHPUT = "#throughput-rps-closed-common"
_WIDE, _NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

# The contrast of every text with what lies behind it, where it is less than WCAG asks for.
_FAINT = """() => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    context.clearRect(0, 0, 1, 1); context.fillStyle = colour; context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].map((part) => part / 255);
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
  const behind = (element) => {
    if (!element) return [1, 1, 1];
    const colour = rgba(getComputedStyle(element).backgroundColor);
    return colour[3] === 1 ? colour : over(colour, behind(element.parentElement));
  };
  const light = (colour) => colour.slice(0, 3)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const faint = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0, least = 21;
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility() || element.closest("script, option, .vh")) continue;
    const style = getComputedStyle(element), ground = behind(element);
    const colour = over(rgba(element.closest("svg") ? style.fill : style.color), ground);
    const [a, b] = [light(colour), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    seen += 1;
    least = Math.min(least, ratio);
    if (ratio < 4.5) faint.push(`${node.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  // Shapes and arrows, which need no more than 3.
  for (const element of document.querySelectorAll("td, li, button.sort")) for (const place of ["::before", "::after"]) {
    const style = getComputedStyle(element, place), ground = behind(element);
    if (!element.checkVisibility() || !/^"./.test(style.content)) continue;
    const colour = rgba(style.color);
    const seen = over([...colour.slice(0, 3), colour[3] * style.opacity], ground);
    const [a, b] = [light(seen), light(ground)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 3) faint.push(`${style.content}: ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
  }
  return { seen, least, faint: [...new Set(faint)] };
}"""

# What a keyboard should come to, in the order of the page.
_STOPS = """() => [...document.querySelectorAll("a[href], button, select, input, summary, [tabindex='0']")]
  .filter((each) => each.checkVisibility()).map((each, place) => { each.dataset.stop = place; return place; })"""


@dataclass
class Opened:
    """A page, and whatever it asked for, complained of or popped up."""

    page: Page
    noise: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium.path()
    if path is None:
        pytest.skip(f"no Chromium on this machine: none of {', '.join(chromium.NAMES)} is on the PATH")
    with sync_playwright() as playwright:
        started = chromium.launch(playwright, path)
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of several runs; charts are drawn where they are looked at."""
    kept = tmp_path_factory.mktemp("pages")
    stored = storage.load(story.FOLDER)
    for name, run, charted in (
        ("story", stored, True),
        ("thirty", runs.make(suts=30), False),
        ("native", runs.make(native=True, opened=(("crud-mix", 400.0), ("read-item", 900.0))), False),
        ("hostile", poisoned(stored, " ".join(HOSTILE)), True),
        ("large", runs.make(suts=30, rounds=2, closed=runs.ALL), False),
        ("full", runs.make(**FULL, rounds=3, limited="wsgi", failed="django"), True),
    ):
        built = view.build(run)
        page = html.render(built, drawings.draw(built) if charted else Drawings())
        (kept / f"{name}.html").write_text(page, "utf-8")
    return kept


@pytest.fixture
def open_(browser: Browser, folder: Path) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def opened(name: str = "story", place: str = "", **options: Any) -> Opened:
        context = browser.new_context(**({"viewport": _WIDE} | options))
        contexts.append(context)
        found = Opened(context.new_page())
        page = found.page
        page.on("console", lambda message: found.noise.append(message.text))
        page.on("pageerror", lambda error: found.noise.append(str(error)))
        page.on("dialog", lambda dialog: (found.noise.append("a dialog"), dialog.dismiss()))
        page.on(
            "request",
            lambda asked: found.noise.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None,
        )
        page.goto(f"{(folder / name).as_uri()}.html{place}")
        return found

    yield opened
    for context in contexts:
        context.close()


def suts(page: Page, table: str = _THROUGHPUT) -> list[str]:
    """The rows that are shown, in their order."""
    rows: list[str] = page.locator(f"{table} tbody tr:visible").evaluate_all("rows => rows.map(row => row.dataset.sut)")
    return rows


def cells(page: Page) -> dict[str, list[list[str]]]:
    """Class and text of every cell of every matrix, by table and row."""
    found: dict[str, list[list[str]]] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("table.matrix tbody tr")].map((row) =>
          [`${row.closest("table").id} ${row.dataset.sut} ${row.classList.contains("base")}`,
           [...row.querySelectorAll("td")].map((cell) => [cell.className, cell.textContent])]))"""
    )
    return found


def copied(page: Page, table: str, what: str) -> str:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(f".block:has({table})").get_by_role("button", name=f"as {what}").click()
    expect(page.locator("#status")).to_contain_text("Copied")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_a_column_sorts_best_first_then_worst_then_as_it_came(open_: Open) -> None:
    page = open_().page
    came = suts(page)
    head = page.locator(f"{_THROUGHPUT} th[data-key=read-item]")
    best: list[str] = ["wsgi", "flask", "cherrypy", "django", "web2py"]
    for order, expected in (
        ("descending", best),
        ("ascending", ["django", "cherrypy", "flask", "wsgi", "web2py"]),
        ("none", came),
    ):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", order)
        assert suts(page) == expected  # what failed goes last, either way


def test_a_head_is_sorted_by_from_the_keyboard(open_: Open) -> None:
    page = open_().page
    page.locator(f"{_THROUGHPUT} th[data-key=sut] button").focus()
    page.keyboard.press("Enter")
    assert suts(page) == ["wsgi", "cherrypy", "django", "flask", "web2py"]  # by label: Bare WSGI comes first


def test_a_filter_hides_rows_in_all_tables_and_never_moves_the_baseline(open_: Open) -> None:
    page = open_("thirty").page
    before = cells(page)
    page.get_by_label("Filter").fill("flask, django")
    assert suts(page) == suts(page, "#versions")[::-1] == ["flask", "django"]
    expect(page.locator("#status")).to_have_text("2 of 30 shown")
    assert cells(page) == before
    page.get_by_label("Filter").fill("")
    assert len(suts(page)) == 30


@pytest.mark.parametrize(
    ("name", "baseline"), [("story", "flask"), ("story", "web2py"), ("story", "flask-gunicorn"), ("native", "cherrypy")]
)
def test_another_baseline_shows_what_python_would_have_rendered(
    open_: Open, folder: Path, name: str, baseline: str
) -> None:
    run: Run = (
        storage.load(story.FOLDER)
        if name == "story"
        else runs.make(native=True, opened=(("crud-mix", 400.0), ("read-item", 900.0)))
    )
    (folder / f"{name}-{baseline}.html").write_text(html.render(view.build(run, baseline), Drawings()), "utf-8")
    opened = open_(name)
    first = cells(opened.page)
    opened.page.get_by_label("Baseline").select_option(baseline)
    assert cells(opened.page) == cells(open_(f"{name}-{baseline}").page)
    expect(opened.page).to_have_url(re.compile(f"#baseline={baseline}$"))
    opened.page.get_by_label("Baseline").select_option("wsgi")
    assert cells(opened.page) == first
    assert opened.noise == []


def test_a_permalink_leads_to_the_same_view(open_: Open) -> None:
    page = open_("thirty").page
    page.get_by_label("Baseline").select_option("django")
    page.get_by_label("Filter").fill("o")
    page.locator(f"{_THROUGHPUT} th[data-key=browse] button").click()
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
    text = copied(page, _THROUGHPUT, "Markdown")
    assert "| flask " not in text
    assert "| Flask 3.1.3 | slower ≤ 0.325x \\[0.324-0.327\\]" in text
    assert "Bare WSGI" not in text.split("\n\n")[1]
    lines = copied(page, _THROUGHPUT, "CSV").splitlines()
    assert lines[0] == "sut,label,workload,baseline,verdict,bound,ratio,low,high,figure"
    assert lines[1].startswith("flask,Flask 3.1.3,overall,wsgi,slower,≤,0.325,0.324,0.327,")
    told = json.loads(copied(page, _THROUGHPUT, "JSON"))
    assert [each["workload"] for each in told] == ["overall", "read-item", "crud-mix"]
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
    for summary in opened.page.locator("summary").all():
        summary.click()
    assert opened.page.locator("img, iframe, a[href^=javascript]").count() == 0
    assert opened.noise == []


def test_without_script_everything_is_there_to_be_read(open_: Open) -> None:
    page = open_(java_script_enabled=False).page
    expect(page.locator(f"{_THROUGHPUT} tbody tr")).to_have_count(5)
    expect(page.locator(".verdict")).to_be_visible()
    expect(page.locator("svg").first).to_be_visible()
    expect(page.locator("#controls")).to_be_hidden()
    for table in page.locator("section > .block table, section > div > .block table").all():
        expect(table).to_be_visible()
        assert table.locator("tbody tr").count() == table.locator("tbody tr:visible").count() > 0
    page.locator("summary").first.click()
    expect(page.locator("#checks")).to_be_visible()
    page.locator("nav a[href='#cost']").click()
    expect(page.locator("#cost h2")).to_be_in_viewport()


@pytest.mark.parametrize("viewport", [_WIDE, _NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["story", "full"])
def test_every_text_stands_out_from_its_ground(open_: Open, name: str, theme: str, viewport: dict[str, int]) -> None:
    page = open_(name, color_scheme=theme, viewport=viewport).page
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for baseline in ("wsgi", "django"):
        page.get_by_label("Baseline").select_option(baseline)
        found = page.evaluate(_FAINT)
        assert found["seen"] > 300
        assert found["faint"] == []
        print(f"the least contrast of {found['seen']} texts is {found['least']:.2f}")


@pytest.mark.parametrize("viewport", [_WIDE, _NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("name", ["story", "thirty", "native", "hostile", "full"])
def test_only_tables_scroll_sideways(open_: Open, name: str, viewport: dict[str, int]) -> None:
    page = open_(name, viewport=viewport).page
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_the_first_column_stays_when_a_table_scrolls(open_: Open) -> None:
    page = open_("thirty", viewport=_NARROW).page
    page.locator(f".scroll:has({_THROUGHPUT})").evaluate("box => { box.scrollLeft = 400; }")
    box = page.locator(f"{_THROUGHPUT} tbody th").first.bounding_box()
    assert box
    assert 0 <= box["x"] < 30


def test_the_head_of_a_long_table_stays_in_sight(open_: Open) -> None:
    page = open_("thirty", viewport={"width": 1500, "height": 900}).page
    page.locator(f"{_THROUGHPUT} tbody tr").nth(25).scroll_into_view_if_needed()
    expect(page.locator(f"{_THROUGHPUT} thead th").first).to_be_in_viewport()


def test_focus_can_be_seen_and_reaches_the_controls(open_: Open) -> None:
    page = open_().page
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("[document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle]"))
    assert {"baseline", "filter", "link", "reset"} <= {name for name, _ in seen}
    assert {outline for _, outline in seen} == {"solid"}


@pytest.mark.parametrize("viewport", [_WIDE, _NARROW], ids=["desk", "phone"])
def test_a_keyboard_comes_to_every_control_in_the_order_of_the_page(open_: Open, viewport: dict[str, int]) -> None:
    page = open_(viewport=viewport).page
    expected = page.evaluate(_STOPS)
    met = []
    for _ in expected:
        page.keyboard.press("Tab")
        met.append(page.evaluate("Number(document.activeElement.dataset.stop)"))
    assert met == expected


def test_only_one_column_at_a_time_says_that_it_is_sorted_by(open_: Open) -> None:
    page = open_().page
    heads = page.locator("table.matrix thead th")
    assert {head.get_attribute("aria-sort") for head in heads.all()} == {"none"}
    for table in (_THROUGHPUT, "#cpu-us-per-request-closed-common"):
        page.locator(f"{table} th[data-key=read-item] button").click()
        sorted_by = page.locator("table.matrix th[aria-sort=ascending], table.matrix th[aria-sort=descending]")
        expect(sorted_by).to_have_count(1)
        assert page.locator(f"{table} th[data-key=read-item]").get_attribute("aria-sort") != "none"
        expect(page.locator("#status")).to_contain_text("Sorted by read-item")


def test_what_is_said_of_a_cell_is_its_verdict_and_not_its_shape(open_: Open) -> None:
    cell = open_().page.locator(f"{_THROUGHPUT} tr[data-sut=flask] td").nth(1)
    expect(cell).to_match_aria_snapshot("- cell /^slower ≤ 0\\.325x/")


def test_a_column_is_sorted_by_its_figures_whatever_their_unit(open_: Open) -> None:
    page = open_().page
    table = "#response-p99-s-open-common"
    page.locator(f"{table} th[data-key=read-item-open] button").click()
    assert suts(page, table) == ["wsgi", "flask", "cherrypy", "django", "web2py"]  # 450 µs before 1.38 ms


def test_a_table_too_large_to_travel_keeps_its_baseline_and_says_so(open_: Open) -> None:
    opened = open_("large")
    opened.page.get_by_label("Baseline").select_option("django")
    expect(opened.page.locator(f"{_THROUGHPUT} .anchor")).to_contain_text("Django")
    expect(opened.page.locator("#response-p50-s-open-common .anchor")).to_contain_text("Bare WSGI")
    expect(opened.page.locator("#response-p50-s-open-common tr.base")).to_have_attribute("data-sut", "wsgi")
    assert opened.noise == []


def test_pictures_for_the_readme_are_small(browser: Browser, folder: Path) -> None:
    (folder / "report.html").write_bytes((folder / "full.html").read_bytes())
    for taken in picture.take(browser, folder):
        found = taken.read_bytes()
        assert found.startswith(b"\x89PNG")
        assert int.from_bytes(found[16:20]) == picture.WIDTH
        assert len(found) < 200_000
