"""The table `item` in PostgreSQL. Items are dictionaries; where there is no such item, the answer is None."""

import os

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

_free = []
"""Connections that answer no request just now: there are as many as ever were needed at once."""


async def _execute(statement, values=()):
    """The rows of an answer, and how many it speaks of."""
    # Each statement is a transaction, committed when it has run.
    connection = (
        _free.pop() if _free else await psycopg.AsyncConnection.connect(_URL, autocommit=True, row_factory=dict_row)
    )
    try:
        cursor = await connection.execute(statement, values)
        rows = await cursor.fetchall() if cursor.description else []
    except BaseException:
        await connection.close()
        raise
    _free.append(connection)
    return rows, cursor.rowcount


async def count():
    rows, _ = await _execute(_COUNT)
    return rows[0]["count"]


async def page(offset, limit):
    """At most `limit` items by id after the first `offset`."""
    rows, _ = await _execute(_PAGE, (limit, offset))
    return rows


async def read(item_id):
    rows, _ = await _execute(_READ, (item_id,))
    return rows[0] if rows else None


async def create(fields):
    rows, _ = await _execute(_INSERT, fields)
    return {**rows[0], **fields}


async def update(item_id, fields):
    item = {"id": item_id, **fields}
    _, met = await _execute(_UPDATE, item)
    return item if met else None


async def delete(item_id):
    """Whether there was such an item."""
    _, met = await _execute(_DELETE, (item_id,))
    return met > 0
