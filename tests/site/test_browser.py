"""The front page in a browser: quiet, whole without network or script, and readable in any theme and width."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.site import build
from tests.chromium import FAINT
from tests.site import past

pytestmark = pytest.mark.servers

_WIDE, _NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history with a change in it, hostile runs and one of its kind."""
    results = tmp_path_factory.mktemp("results")
    hostile = [past.poisoned(past.run(day), "<img src=x onerror=alert(1)> " + "w" * 60) for day in (11, 12)]
    past.store([*past.stepping(), *hostile, past.run(13, profile="ci")], results)
    assert build.build(results, results / "site", None, print) == 0
    return results / "site"


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def opened(browser: Browser, site: Path, noise: list[str], **options: object) -> Page:
    page = browser.new_context(**({"viewport": _WIDE} | options)).new_page()  # type: ignore[arg-type]
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda asked: noise.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None)
    page.goto((site / "index.html").as_uri())
    return page


@pytest.fixture
def noise() -> Iterator[list[str]]:
    """Whatever the page asked for or complained of: nothing, in the end."""
    heard: list[str] = []
    yield heard
    assert heard == []


def test_every_link_leads_to_a_file_that_is_there(browser: Browser, site: Path, noise: list[str]) -> None:
    page = opened(browser, site, noise)
    links = page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
    assert len([link for link in links if link.endswith("report.html")]) > 13
    for link in links:
        assert Path(unquote(urlsplit(link).path)).is_file(), link
    page.locator("#all a").first.click()
    expect(page).to_have_title("Fairground: 2 web frameworks, one application")
    page.context.close()


def test_nothing_needs_a_script(browser: Browser, site: Path, noise: list[str]) -> None:
    page = opened(browser, site, noise, java_script_enabled=False)
    expect(page.locator("#all tbody tr")).to_have_count(13)
    expect(page.locator(".kind svg").first).to_be_visible()
    page.locator("summary").first.click()
    expect(page.locator("details svg").first).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("viewport", [_WIDE, _NARROW], ids=["desk", "phone"])
def test_it_can_be_read(browser: Browser, site: Path, noise: list[str], theme: str, viewport: dict[str, int]) -> None:
    page = opened(browser, site, noise, color_scheme=theme, viewport=viewport)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    faint = page.evaluate(FAINT)
    assert faint["seen"] > 300
    assert faint["faint"] == []
    if viewport is _NARROW:
        assert page.locator("#all, #marked").evaluate_all("all => all.every(one => one.scrollWidth <= innerWidth)")
    page.context.close()


def test_runs_are_searched_for_by_any_word_of_theirs(browser: Browser, site: Path, noise: list[str]) -> None:
    page = opened(browser, site, noise)
    rows = page.locator("#all tbody tr:visible")
    page.get_by_label("Search").fill("  CI 2026-11-13 ")
    expect(rows).to_have_count(1)
    expect(page.locator("#shown")).to_have_text("1 of 13 runs")
    page.get_by_label("Search").fill("")
    expect(rows).to_have_count(13)
    page.context.close()
