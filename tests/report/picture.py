"""The top of a report as a picture, for the README: `python -m tests.report.picture results/reference`.

It is taken of the folder's own report.html, down to the end of the first table, in both themes.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests import chromium

WIDTH = 1280
FILES = {"light": "report.png", "dark": "report-dark.png"}
_MARGIN = 28
_BOTTOM = """() => {
  const seen = document.querySelector("#throughput .scroll") || document.querySelector("header");
  return seen.getBoundingClientRect().bottom + scrollY;
}"""


def take(browser: Browser, folder: Path) -> list[Path]:
    """Write the pictures beside the report and say where they are."""
    return [_shot(browser, folder / "report.html", theme, folder / name) for theme, name in FILES.items()]


def _shot(browser: Browser, report: Path, theme: str, picture: Path) -> Path:
    page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    page.goto(report.resolve().as_uri())
    height = round(page.evaluate(_BOTTOM)) + _MARGIN
    seen = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
    page.close()
    # A page has few colours: with a palette of them it takes a third of the bytes.
    Image.open(io.BytesIO(seen)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(picture, optimize=True)
    return picture


def main(folder: Path) -> None:
    """Take them, or say what is missing."""
    path = chromium.path()
    if path is None or not (folder / "report.html").is_file():
        sys.exit(f"This needs {folder / 'report.html'} and a Chromium: one of {', '.join(chromium.NAMES)} on the PATH.")
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, path)
        for picture in take(browser, folder):
            print(f"{picture}: {picture.stat().st_size / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main(Path(*sys.argv[1:2] or ["results/reference"]))
