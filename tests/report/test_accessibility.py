"""What an eye and a keyboard meet on the page: in both themes, on a desk and on a phone, with and without script."""

import pytest
from playwright.sync_api import expect

from tests.chromium import FAINT
from tests.report.opened import NARROW, THROUGHPUT, WIDE, Open

pytestmark = pytest.mark.servers

# What a keyboard should come to, in the order of the page.
_STOPS = """() => [...document.querySelectorAll("a[href], button, select, input, summary, [tabindex='0']")]
  .filter((each) => each.checkVisibility()).map((each, place) => { each.dataset.stop = place; return place; })"""

# Pairs of words in a chart that meet, or stand nearer than anybody could tell them apart.
_MEETING = """() => [...document.querySelectorAll("svg")].flatMap((chart) => {
  const words = [...chart.querySelectorAll("text")].map((each) => [each.textContent, each.getBoundingClientRect()]);
  return words.flatMap(([name, a], place) => words.slice(place + 1)
    .filter(([, b]) => a.left < b.right + 4 && b.left < a.right + 4 && a.top < b.bottom && b.top < a.bottom)
    .map(([other]) => `${name} and ${other}`));
})"""


def test_without_script_everything_is_there_to_be_read(open_: Open) -> None:
    page = open_(java_script_enabled=False).page
    expect(page.locator(f"{THROUGHPUT} tbody tr")).to_have_count(5)
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


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["story", "full"])
def test_every_text_stands_out_from_its_ground(open_: Open, name: str, theme: str, viewport: dict[str, int]) -> None:
    page = open_(name, color_scheme=theme, viewport=viewport).page
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for baseline in ("wsgi", "django"):
        page.get_by_label("Baseline").select_option(baseline)
        faint = page.evaluate(FAINT)
        assert faint["seen"] > 300
        assert faint["faint"] == []
        print(f"the least contrast of {faint['seen']} texts is {faint['least']:.2f}")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("name", ["story", "thirty", "native", "hostile", "full"])
def test_only_tables_scroll_sideways(open_: Open, name: str, viewport: dict[str, int]) -> None:
    page = open_(name, viewport=viewport).page
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("name", ["story", "thirty", "hostile", "full"])
def test_words_in_a_chart_do_not_meet(open_: Open, name: str, viewport: dict[str, int]) -> None:
    page = open_(name, viewport=viewport).page
    assert page.locator("svg text").count() > 30
    assert page.evaluate(_MEETING) == []


def test_the_first_column_stays_when_a_table_scrolls(open_: Open) -> None:
    page = open_("thirty", viewport=NARROW).page
    page.locator(f".scroll:has({THROUGHPUT})").evaluate("box => { box.scrollLeft = 400; }")
    box = page.locator(f"{THROUGHPUT} tbody th").first.bounding_box()
    assert box
    assert 0 <= box["x"] < 30


def test_the_head_of_a_long_table_stays_in_sight(open_: Open) -> None:
    page = open_("thirty", viewport={"width": 1500, "height": 900}).page
    page.locator(f"{THROUGHPUT} tbody tr").nth(25).scroll_into_view_if_needed()
    expect(page.locator(f"{THROUGHPUT} thead th").first).to_be_in_viewport()


def test_focus_can_be_seen_and_reaches_the_controls(open_: Open) -> None:
    page = open_().page
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("[document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle]"))
    assert {"baseline", "filter", "link", "reset"} <= {name for name, _ in seen}
    assert {outline for _, outline in seen} == {"solid"}


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["desk", "phone"])
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
    for table in (THROUGHPUT, "#cpu-us-per-request-closed-common"):
        page.locator(f"{table} th[data-key=read-item] button").click()
        sorted_by = page.locator("table.matrix th[aria-sort=ascending], table.matrix th[aria-sort=descending]")
        expect(sorted_by).to_have_count(1)
        assert page.locator(f"{table} th[data-key=read-item]").get_attribute("aria-sort") != "none"
        expect(page.locator("#status")).to_contain_text("Sorted by read-item")


def test_what_is_said_of_a_cell_is_its_verdict_and_not_its_shape(open_: Open) -> None:
    cell = open_().page.locator(f"{THROUGHPUT} tr[data-sut=flask] td").nth(1)
    expect(cell).to_match_aria_snapshot("- cell /^slower ≤ 0\\.325x/")
