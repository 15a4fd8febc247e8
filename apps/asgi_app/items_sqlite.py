"""The table `item` in SQLite. Items are dictionaries; where there is no such item, the answer is None.

Nothing here waits: a row is read in less time than it takes to hand the work to a thread.
"""

import os
import sqlite3

_PATH = os.environ["DATABASE_URL"].removeprefix("sqlite:///")

_READ = "SELECT id, name, description, price_cents, in_stock FROM item WHERE id = ?"
_PAGE = "SELECT id, name, description, price_cents, in_stock FROM item ORDER BY id LIMIT ? OFFSET ?"
_COUNT = "SELECT count(*) FROM item"
_INSERT = """INSERT INTO item (name, description, price_cents, in_stock)
    VALUES (:name, :description, :price_cents, :in_stock)"""
_UPDATE = """UPDATE item SET name = :name, description = :description, price_cents = :price_cents,
    in_stock = :in_stock WHERE id = :id"""
_DELETE = "DELETE FROM item WHERE id = ?"


def _connected():
    # Without an isolation level each statement is a transaction, committed when it has run.
    connection = sqlite3.connect(_PATH, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


_execute = _connected().execute


async def count():
    return _execute(_COUNT).fetchone()[0]


async def page(offset, limit):
    """At most `limit` items by id after the first `offset`."""
    return [_item(row) for row in _execute(_PAGE, (limit, offset))]


async def read(item_id):
    row = _execute(_READ, (item_id,)).fetchone()
    return row and _item(row)


async def create(fields):
    return {"id": _execute(_INSERT, fields).lastrowid, **fields}


async def update(item_id, fields):
    item = {"id": item_id, **fields}
    return item if _execute(_UPDATE, item).rowcount else None


async def delete(item_id):
    """Whether there was such an item."""
    return _execute(_DELETE, (item_id,)).rowcount > 0


def _item(row):
    number, name, description, price_cents, in_stock = row
    return {
        "id": number,
        "name": name,
        "description": description,
        "price_cents": price_cents,
        "in_stock": bool(in_stock),
    }
