"""The table as it was found, and the way back to it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Protocol

from bench.contract import shapes
from bench.contract.client import NoAnswer
from bench.contract.fields import encode
from bench.contract.shop import GaveUp, Shop, without_id
from bench.errors import DatabaseError, DatabaseLocked, ServerError
from bench.model import Item

Rows = Mapping[int, Item]
"""Rows of the table by id."""

_MOST_ROWS = 20_000
"""A larger table is not read whole over HTTP; there, only the items that the checks created are deleted."""
_PAGE = 100


class TableAccess(Protocol):
    """A way to see all rows, and to put some of them right: a backdoor, or else the server itself."""

    def rows(self) -> Rows | None:
        """All rows by id, or None where they cannot be read in full."""

    def repair(self, before: Rows, after: Rows) -> None:
        """Make the table hold `before` again, as far as this way to it can."""


class ServedTable:
    """The table as the server shows it, page by page."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def rows(self) -> Rows | None:
        rows: dict[int, Item] = {}
        try:
            while len(rows) <= _MOST_ROWS:
                documents, total = self._shop.listed(len(rows), _PAGE)
                items = filter(None, map(shapes.item, documents))
                fresh = {item.id: item for item in items if item.id not in rows}
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
            if before[key] != after[key]:
                self._shop.ask("PUT", f"/items/{key}", encode(without_id(before[key])))


@contextmanager
def kept(shop: Shop) -> Iterator[None]:
    """Whatever happens inside, the table is left as it was found; a difference that had to be repaired is noted."""
    table: TableAccess = shop.database or ServedTable(shop)
    before = table.rows()
    shop.ids_before = frozenset(before or ())
    try:
        yield
    except BaseException:
        # What went wrong inside is what the user has to hear of.
        with suppress(ServerError, DatabaseError):
            _put_back(shop, table, before)
        raise
    _put_back(shop, table, before)


def _put_back(shop: Shop, table: TableAccess, before: Rows | None) -> None:
    try:
        with suppress(GaveUp):
            shop.clear()
    finally:
        if before is not None:
            _compare(shop, table, before)


def _compare(shop: Shop, table: TableAccess, before: Rows) -> None:
    try:
        after = table.rows()
        if after is not None and after != before:
            if not shop.unreadable:  # else the rows that the checks made could not be known
                _note_differences(shop, before, after)
            table.repair(before, after)
    except (NoAnswer, DatabaseLocked) as fault:
        shop.note("the table after all requests", "a table that can be put right", str(fault), "write-persists")


def _note_differences(shop: Shop, before: Rows, after: Rows) -> None:
    _note(shop, "no row more than before", [after[key] for key in after.keys() - before.keys()])
    _note(shop, "every row that was there before", [before[key] for key in before.keys() - after.keys()])
    both = [after[key] for key in before.keys() & after.keys() if before[key] != after[key]]
    _note(shop, "rows that no request named unchanged", both)


def _note(shop: Shop, expected: str, rows: Sequence[Item]) -> None:
    if rows:
        names = ", ".join(f"{row.id} {row.name!r}" for row in rows[:3])
        got = f"{len(rows)} otherwise: {names}{', ...' if len(rows) > 3 else ''}"
        shop.note("the table after all requests", expected, got, "model")
