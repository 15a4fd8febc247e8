"""The table `item` in MariaDB. Items are dictionaries; where there is no such item, the answer is None."""

import os
import threading
from urllib.parse import unquote, urlsplit

import pymysql
from pymysql.constants import CLIENT
from pymysql.cursors import DictCursor

_URL = urlsplit(os.environ["DATABASE_URL"])

_READ = "SELECT id, name, description, price_cents, in_stock FROM item WHERE id = %s"
_PAGE = "SELECT id, name, description, price_cents, in_stock FROM item ORDER BY id LIMIT %s OFFSET %s"
_COUNT = "SELECT count(*) AS count FROM item"
_INSERT = """INSERT INTO item (name, description, price_cents, in_stock)
    VALUES (%(name)s, %(description)s, %(price_cents)s, %(in_stock)s)"""
_UPDATE = """UPDATE item SET name = %(name)s, description = %(description)s, price_cents = %(price_cents)s,
    in_stock = %(in_stock)s WHERE id = %(id)s"""
_DELETE = "DELETE FROM item WHERE id = %s"


class _Thread(threading.local):
    """One connection a thread, opened when the thread first needs it, and again after it was lost."""

    connection = None

    def execute(self, statement, values=()):
        if self.connection is None or not self.connection.open:
            self.connection = _connected()
        cursor = self.connection.cursor()
        cursor.execute(statement, values)
        return cursor


def _connected():
    return pymysql.connect(
        host=_URL.hostname,
        port=_URL.port,
        user=unquote(_URL.username),
        password=unquote(_URL.password),
        database=unquote(_URL.path[1:]),
        # Each statement is a transaction, committed when it has run, and sees what others have committed.
        autocommit=True,
        # The rows that were found are counted, not those that differ afterwards: a PUT may change nothing.
        client_flag=CLIENT.FOUND_ROWS,
        cursorclass=DictCursor,
    )


_this_thread = _Thread()


def count():
    return _this_thread.execute(_COUNT).fetchone()["count"]


def page(offset, limit):
    """At most `limit` items by id after the first `offset`."""
    return [_item(row) for row in _this_thread.execute(_PAGE, (limit, offset))]


def read(item_id):
    row = _this_thread.execute(_READ, (item_id,)).fetchone()
    return row and _item(row)


def create(fields):
    return {"id": _this_thread.execute(_INSERT, fields).lastrowid, **fields}


def update(item_id, fields):
    item = {"id": item_id, **fields}
    return item if _this_thread.execute(_UPDATE, item).rowcount else None


def delete(item_id):
    """Whether there was such an item."""
    return _this_thread.execute(_DELETE, (item_id,)).rowcount > 0


def _item(row):
    return {**row, "in_stock": bool(row["in_stock"])}
