"""Pages of several runs, opened in a browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from bench.report import drawings, html, view
from bench.store import storage
from tests.report import runs, story
from tests.report.opened import WIDE, Open, Opened
from tests.report.test_databases import measured
from tests.report.test_faces import HOSTILE, poisoned


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of several runs."""
    kept = tmp_path_factory.mktemp("pages")
    stored = storage.load(story.FOLDER)
    for name, run in (
        ("story", stored),
        ("thirty", runs.make(suts=30)),
        ("native", runs.make(native=True, opened=(("crud-mix", 400.0), ("read-item", 900.0)))),
        ("lacking", runs.leaving_out(runs.make(closed=("read-item", "upload")), "flask", "upload", "no forms")),
        ("hostile", poisoned(stored, " ".join(HOSTILE))),
        ("large", runs.make(suts=30, rounds=2, closed=runs.ALL)),
        ("full", runs.make(**runs.FULL, counted=True, rounds=3, limited="wsgi", failed="django")),
        ("databases", measured("wsgi", "flask", "flask-postgresql", "flask-mysql")),
    ):
        built = view.build(run)
        (kept / f"{name}.html").write_text(html.render(built, drawings.draw(built)), "utf-8")
    return kept


@pytest.fixture
def open_(browser: Browser, folder: Path) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def opened(name: str = "story", place: str = "", **options: Any) -> Opened:
        context = browser.new_context(**({"viewport": WIDE} | options))
        contexts.append(context)
        opened_page = Opened(context.new_page())
        page = opened_page.page
        page.on("console", lambda message: opened_page.noise.append(message.text))
        page.on("pageerror", lambda error: opened_page.noise.append(str(error)))
        page.on("dialog", lambda dialog: (opened_page.noise.append("a dialog"), dialog.dismiss()))
        page.on(
            "request",
            lambda asked: opened_page.noise.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None,
        )
        page.goto(f"{(folder / name).as_uri()}.html{place}")
        return opened_page

    yield opened
    for context in contexts:
        context.close()
