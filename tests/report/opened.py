"""A page opened in a browser, and what a test reads from it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

THROUGHPUT = "#throughput-rps-closed-common"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Opened:
    """A page, and whatever it asked for, complained of or popped up."""

    page: Page
    noise: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


def suts(page: Page, table: str = THROUGHPUT) -> list[str]:
    """The rows that are shown, in their order."""
    rows: list[str] = page.locator(f"{table} tbody tr:visible").evaluate_all("rows => rows.map(row => row.dataset.sut)")
    return rows


def cells(page: Page) -> dict[str, list[list[str]]]:
    """Class and text of every cell of every matrix, by table and row."""
    texts: dict[str, list[list[str]]] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("table.matrix tbody tr")].map((row) =>
          [`${row.closest("table").id} ${row.dataset.sut} ${row.classList.contains("base")}`,
           [...row.querySelectorAll("td")].map((cell) => [cell.className, cell.textContent])]))"""
    )
    return texts


def copied(page: Page, table: str, what: str) -> str:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(f".block:has({table})").get_by_role("button", name=f"as {what}").click()
    expect(page.locator("#status")).to_contain_text("Copied")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text
