"""Pages of several runs, opened in a browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.report import drawn
from tests.report.opened import WIDE, Open, Opened


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pages are drawn."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def open_(browser: Browser, folder: Path) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def opened(name: str = "story", place: str = "", *, file: Path | None = None, **options: Any) -> Opened:
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
        page.goto(f"{(file or drawn.page(name, folder)).as_uri()}{place}")
        return opened_page

    yield opened
    for context in contexts:
        context.close()
