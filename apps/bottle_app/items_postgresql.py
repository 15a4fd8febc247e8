"""The table `item` in PostgreSQL. Items are dictionaries; where there is no such item, the answer is None."""

import os
import threading

import psycopg
from psycopg.rows import dict_row

_URL = os.environ["DATABASE_URL"]

_READ = "SELECT id, name, description, price_cents, in_stock FROM item WHERE id = %s"
_PAGE = "SELECT id, name, description, price_cents, in_stock FROM item ORDER BY id LIMIT %s OFFSET %s"
_COUNT = "SELECT count(*) FROM item"
_INSERT = """INSERT INTO item (name, description, price_cents, in_stock)
    VALUES (%(name)s, %(description)s, %(price_cents)s, %(in_stock)s) RETURNING id"""
_UPDATE = """UPDATE item SET name = %(name)s, description = %(description)s, price_cents = %(price_cents)s,
    in_stock = %(in_stock)s WHERE id = %(id)s"""
_DELETE = "DELETE FROM item WHERE id = %s"


class _Thread(threading.local):
    """One connection a thread, opened when the thread first needs it, and again after it was lost."""

    connection = None

    def execute(self, statement, values=()):
        if self.connection is None or self.connection.closed:
            # Each statement is a transaction, committed when it has run.
            self.connection = psycopg.connect(_URL, autocommit=True, row_factory=dict_row)
        return self.connection.execute(statement, values)


_this_thread = _Thread()


def count():
    return _this_thread.execute(_COUNT).fetchone()["count"]


def page(offset, limit):
    """At most `limit` items by id after the first `offset`."""
    return _this_thread.execute(_PAGE, (limit, offset)).fetchall()


def read(item_id):
    return _this_thread.execute(_READ, (item_id,)).fetchone()


def create(fields):
    return {**_this_thread.execute(_INSERT, fields).fetchone(), **fields}


def update(item_id, fields):
    item = {"id": item_id, **fields}
    return item if _this_thread.execute(_UPDATE, item).rowcount else None


def delete(item_id):
    """Whether there was such an item."""
    return _this_thread.execute(_DELETE, (item_id,)).rowcount > 0
