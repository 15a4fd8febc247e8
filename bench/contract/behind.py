"""Changes in the SQLite file that the server under check knows nothing of."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.contract import database
from bench.model import Item


@contextmanager
def inserted(path: Path, like: Item) -> Iterator[int]:
    """One more row, a copy of an item under an id of its own; gone at the end."""
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
        values = (like.name, like.description, like.price_cents, like.in_stock)
        insert = "INSERT INTO item (name, description, price_cents, in_stock) VALUES (?, ?, ?, ?)"
        row = connection.execute(insert, values).lastrowid or 0
        try:
            yield row
        finally:
            connection.execute("DELETE FROM item WHERE id = ?", (row,))


@contextmanager
def changed(path: Path, before: Item, after: Item) -> Iterator[None]:
    """A row changed, and put back at the end."""
    database.write(path, after)
    try:
        yield
    finally:
        database.write(path, before)
