"""The table as it was found, and the way back to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from bench.contract import shapes
from bench.contract.client import NoAnswer
from bench.contract.fields import NAMES, encode, identical
from bench.contract.shop import GaveUp, Shop
from bench.errors import ServerError, UsageError

Row = dict[str, Any]
Rows = dict[int, Row]

_MOST_ROWS = 20_000
"""A larger table is not read whole over HTTP; there, only what is known to have been made is deleted."""
_PAGE = 100


class Table(Protocol):
    """A way to see all rows, and to put some of them right."""

    def read(self) -> Rows | None:
        """All rows by id, or None where they cannot be told for sure."""

    def repair(self, before: Rows, after: Rows) -> None:
        """Make the table hold `before` again, as far as this way to it can."""


class FileTable:
    """The table in its SQLite file: sees and repairs also what a broken or dead server cannot."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_file():
            raise UsageError(f"There is no database at {path}.")

    def read(self) -> Rows:
        try:
            with closing(sqlite3.connect(self._path, timeout=10)) as connection:
                rows = connection.execute("SELECT id, name, description, price_cents, in_stock FROM item").fetchall()
        except sqlite3.DatabaseError as fault:
            raise UsageError(f"{self._path} is no SQLite database with a table of items: {fault}.") from fault
        return {row[0]: dict(zip(("id", *NAMES), (*row[:4], bool(row[4])), strict=True)) for row in rows}

    def repair(self, before: Rows, after: Rows) -> None:
        gone = [(row,) for row in after.keys() - before.keys()]
        wrong = [tuple(row.values()) for key, row in before.items() if not identical(row, after.get(key))]
        with closing(sqlite3.connect(self._path, timeout=10)) as connection:
            connection.executemany("DELETE FROM item WHERE id = ?", gone)
            connection.executemany("INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?)", wrong)
            connection.commit()


class ServedTable:
    """The table as the server shows it, page by page."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def read(self) -> Rows | None:
        rows: Rows = {}
        try:
            while len(rows) <= _MOST_ROWS:
                items, total = self._shop.listed(len(rows), _PAGE)
                fresh = {item["id"]: item for item in items if shapes.item(item) and item["id"] not in rows}
                rows |= fresh
                if not fresh:
                    return rows if len(rows) == total else None
        except (GaveUp, NoAnswer):
            return None
        return None

    def repair(self, before: Rows, after: Rows) -> None:
        for extra in sorted(after.keys() - before.keys()):
            self._shop.ask("DELETE", f"/items/{extra}")
        for key in before.keys() & after.keys():
            if not identical(before[key], after[key]):
                fields = {name: before[key][name] for name in NAMES}
                self._shop.ask("PUT", f"/items/{key}", encode(fields))


@contextmanager
def kept(shop: Shop) -> Iterator[None]:
    """Whatever happens inside, the table is left as it was found; a difference that had to be repaired is noted."""
    table: Table = FileTable(shop.database) if shop.database else ServedTable(shop)
    before = table.read()
    shop.found_ids = frozenset(before or ())
    try:
        yield
    except BaseException:
        # What went wrong inside is what the user has to hear of.
        with suppress(ServerError):
            _put_back(shop, table, before)
        raise
    _put_back(shop, table, before)


def _put_back(shop: Shop, table: Table, before: Rows | None) -> None:
    try:
        shop.clear()
    finally:
        if before is not None:
            _compare(shop, table, before)


def _compare(shop: Shop, table: Table, before: Rows) -> None:
    after = table.read()
    if after is None or identical(before, after):
        return
    _note(shop, "no row more than before", [after[key] for key in after.keys() - before.keys()])
    _note(shop, "every row that was there before", [before[key] for key in before.keys() - after.keys()])
    both = [after[key] for key in before.keys() & after.keys() if not identical(before[key], after[key])]
    _note(shop, "rows that no request named unchanged", both)
    try:
        table.repair(before, after)
    except (NoAnswer, sqlite3.OperationalError) as fault:
        shop.note("the table after all requests", "a table that can be put right", str(fault), "write-persists")


def _note(shop: Shop, expected: str, rows: list[Row]) -> None:
    if rows:
        names = ", ".join(f"{row['id']} {row['name']!r}" for row in rows[:3])
        got = f"{len(rows)} otherwise: {names}{', ...' if len(rows) > 3 else ''}"
        shop.note("the table after all requests", expected, got, "model")
