"""The table `item` in SQLite. Items are dictionaries; where there is no such item, the answer is None."""

import os
import sqlite3
import threading

_READ = "SELECT id, name, description, price_cents, in_stock FROM item WHERE id = ?"
_PAGE = "SELECT id, name, description, price_cents, in_stock FROM item ORDER BY id LIMIT ? OFFSET ?"
_INSERT = (
    "INSERT INTO item (name, description, price_cents, in_stock) VALUES (:name, :description, :price_cents, :in_stock)"
)
_UPDATE = """UPDATE item SET name = :name, description = :description, price_cents = :price_cents, in_stock = :in_stock
    WHERE id = :id"""

_this_thread = threading.local()


def _execute(sql, parameters=()):
    if not hasattr(_this_thread, "connection"):
        path = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
        _this_thread.connection = connection = sqlite3.connect(path, isolation_level=None)
        connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")
    return _this_thread.connection.execute(sql, parameters)


def count():
    return _execute("SELECT count(*) FROM item").fetchone()[0]


def page(offset, limit):
    """At most `limit` items by id after the first `offset`."""
    return [_item(row) for row in _execute(_PAGE, (limit, offset))]


def read(item_id):
    row = _execute(_READ, (item_id,)).fetchone()
    return row and _item(row)


def create(fields):
    return {"id": _execute(_INSERT, fields).lastrowid, **fields}


def update(item_id, fields):
    item = {"id": item_id, **fields}
    return item if _execute(_UPDATE, item).rowcount else None


def delete(item_id):
    """Whether there was such an item."""
    return _execute("DELETE FROM item WHERE id = ?", (item_id,)).rowcount > 0


def _item(row):
    return dict(row) | {"in_stock": bool(row["in_stock"])}
