"""The page in a browser: what its script does, what a keyboard and an eye meet, and that nothing else happens."""

import json
import os
import re
import shutil
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

from . import runs, story
from .test_faces import HOSTILE, poisoned

pytestmark = pytest.mark.servers

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
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
  let seen = 0;
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility() || element.closest("script, option, .vh")) continue;
    const style = getComputedStyle(element), ground = behind(element);
    const colour = over(rgba(element.closest("svg") ? style.fill : style.color), ground);
    const [a, b] = [light(colour), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    seen += 1;
    if (ratio < 4.5) faint.push(`${node.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return { seen, faint: [...new Set(faint)] };
}"""


@dataclass
class Opened:
    """A page, and whatever it asked for, complained of or popped up."""

    page: Page
    noise: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip(f"no Chromium on this machine: none of {', '.join(_NAMES)} is on the PATH")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_QUIET, *as_root])
        yield browser
        browser.close()


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
    ):
        built = view.build(run)
        page = html.render(built, drawings.draw(built) if charted else Drawings())
        (kept / f"{name}.html").write_text(page, "utf-8")
    return kept


@pytest.fixture
def open_(chromium: Browser, folder: Path) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def opened(name: str = "story", place: str = "", **options: Any) -> Opened:
        context = chromium.new_context(**({"viewport": _WIDE} | options))
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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(open_: Open, theme: str) -> None:
    page = open_(color_scheme=theme).page
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for baseline in ("wsgi", "django"):
        page.get_by_label("Baseline").select_option(baseline)
        found = page.evaluate(_FAINT)
        assert found["seen"] > 300
        assert found["faint"] == []


@pytest.mark.parametrize("viewport", [_WIDE, _NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("name", ["story", "thirty", "native", "hostile"])
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
