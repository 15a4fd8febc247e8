"""A run of sixty SUTs in each face: it takes seconds to derive, so that all tests of it stand here and share it."""

import pytest

from bench.report import drawings, html, markdown, view
from bench.report.html import Drawings
from bench.report.view import View
from tests.report import runs
from tests.report.test_drawings import every
from tests.report.test_html import MOST_BYTES


@pytest.fixture(scope="module")
def built() -> View:
    return view.build(runs.sixty())


@pytest.fixture(scope="module")
def charts(built: View) -> Drawings:
    return drawings.draw(built)


def test_its_page_stays_small(built: View, charts: Drawings) -> None:
    assert len(html.render(built, charts).encode()) < MOST_BYTES


def test_its_charts_take_less_than_a_sixth_of_the_page(charts: Drawings) -> None:
    assert sum(len(drawing.svg) for drawing in every(charts)) < 90_000


def test_it_fits_a_comment_which_says_what_it_leaves_out(built: View) -> None:
    text = markdown.render(built)
    assert len(text) < 65_536
    assert "## Throughput, closed loop\n" in text
    assert "## Environment" in text
    (left_out,) = [line for line in text.splitlines() if line.startswith("**Left out**")]
    assert "report.html" in left_out
    titles = [table.title for table in built.tables]
    kept = [title for title in titles if f"## {title}\n" in text]
    assert kept == titles[: len(kept)], "from the end"
    assert all((f"*{title}*" in left_out) != (title in kept) for title in titles)
