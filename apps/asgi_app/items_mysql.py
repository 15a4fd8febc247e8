"""The table `item` in MariaDB. Items are dictionaries; where there is no such item, the answer is None."""

import os
from urllib.parse import unquote, urlsplit

import aiomysql
from pymysql.constants import CLIENT

_URL = urlsplit(os.environ["DATABASE_URL"])

_READ = "SELECT id, name, description, price_cents, in_stock FROM item WHERE id = %s"
_PAGE = "SELECT id, name, description, price_cents, in_stock FROM item ORDER BY id LIMIT %s OFFSET %s"
_COUNT = "SELECT count(*) AS count FROM item"
_INSERT = """INSERT INTO item (name, description, price_cents, in_stock)
    VALUES (%(name)s, %(description)s, %(price_cents)s, %(in_stock)s)"""
_UPDATE = """UPDATE item SET name = %(name)s, description = %(description)s, price_cents = %(price_cents)s,
    in_stock = %(in_stock)s WHERE id = %(id)s"""
_DELETE = "DELETE FROM item WHERE id = %s"

_free = []
"""Connections that answer no request just now: there are as many as ever were needed at once."""


async def _connected():
    return await aiomysql.connect(
        host=_URL.hostname,
        port=_URL.port,
        user=unquote(_URL.username),
        password=unquote(_URL.password),
        db=unquote(_URL.path[1:]),
        charset="utf8mb4",
        # Each statement is a transaction, committed when it has run, and sees what others have committed.
        autocommit=True,
        # The rows that were found are counted, not those that differ afterwards: a PUT may change nothing.
        client_flag=CLIENT.FOUND_ROWS,
        cursorclass=aiomysql.DictCursor,
    )


async def _execute(statement, values=()):
    """The cursor, which holds the whole answer."""
    connection = _free.pop() if _free else await _connected()
    try:
        cursor = await connection.cursor()
        await cursor.execute(statement, values)
    except BaseException:
        connection.close()
        raise
    _free.append(connection)
    return cursor


async def count():
    cursor = await _execute(_COUNT)
    return (await cursor.fetchone())["count"]


async def page(offset, limit):
    """At most `limit` items by id after the first `offset`."""
    cursor = await _execute(_PAGE, (limit, offset))
    return [_item(row) for row in await cursor.fetchall()]


async def read(item_id):
    cursor = await _execute(_READ, (item_id,))
    row = await cursor.fetchone()
    return row and _item(row)


async def create(fields):
    return {"id": (await _execute(_INSERT, fields)).lastrowid, **fields}


async def update(item_id, fields):
    item = {"id": item_id, **fields}
    return item if (await _execute(_UPDATE, item)).rowcount else None


async def delete(item_id):
    """Whether there was such an item."""
    return (await _execute(_DELETE, (item_id,))).rowcount > 0


def _item(row):
    return {**row, "in_stock": bool(row["in_stock"])}
