"""The table `item` in SQLAlchemy Core, through its async engine. Where there is no such item, the answer is None."""

import os

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

# Without a character set, aiomysql gives texts as bytes.
_DRIVERS = {
    "sqlite": ("sqlite+aiosqlite", {}),
    "postgresql": ("postgresql+psycopg", {}),
    "mysql": ("mysql+aiomysql", {"charset": "utf8mb4"}),
}


def _engine_of(url):
    """One that keeps as many connections as requests ever wait at once; to SQLite, SQLAlchemy's own number.

    An operation is one statement, or two that need not agree, so each commits by itself: a transaction that ends in a
    call of its own would keep SQLite locked while the event loop does other things.
    """
    driver, query = _DRIVERS[url.drivername]
    pool = {} if url.drivername == "sqlite" else {"pool_size": 0}
    return create_async_engine(
        url.set(drivername=driver, query=query), isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, **pool
    )


_engine = _engine_of(sa.make_url(os.environ["DATABASE_URL"]))

_item = sa.Table(
    "item",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("description", sa.String(500), nullable=False),
    sa.Column("price_cents", sa.Integer, nullable=False),
    sa.Column("in_stock", sa.Boolean, nullable=False),
)

_NAMES = _item.columns.keys()

# Where a type is declared to the database, it must be wide enough for what a client may ask for.
_offset = sa.bindparam("offset", type_=sa.BigInteger)
_this_one = _item.c.id == sa.bindparam("item_id")
_READ = sa.select(_item).where(_this_one)
_PAGE = sa.select(_item).order_by(_item.c.id).limit(sa.bindparam("limit")).offset(_offset)
_COUNT = sa.select(sa.func.count()).select_from(_item)
_INSERT = sa.insert(_item)
_UPDATE = sa.update(_item).where(_this_one)
_DELETE = sa.delete(_item).where(_this_one)

_ITEMS_A_PAGE = 20


@sa.event.listens_for(_engine.sync_engine, "connect")
def _configure(connection, _record):
    if _engine.name == "sqlite":
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")


async def find(offset, limit):
    """At most `limit` items by id after the first `offset`, and how many there are altogether."""
    async with _engine.connect() as connection:
        rows = (await connection.execute(_PAGE, {"offset": offset, "limit": limit})).all()
        return [_as_dict(row) for row in rows], await connection.scalar(_COUNT)


async def catalogue_page(number):
    """The items on a page of the catalogue and the number of the last page, or None beyond it."""
    async with _engine.connect() as connection:
        last = max(1, -(-(await connection.scalar(_COUNT)) // _ITEMS_A_PAGE))
        if not number or number > last:
            return None
        offset = (number - 1) * _ITEMS_A_PAGE
        return (await connection.execute(_PAGE, {"offset": offset, "limit": _ITEMS_A_PAGE})).all(), last


async def read(item_id):
    async with _engine.connect() as connection:
        row = (await connection.execute(_READ, {"item_id": item_id})).first()
    return row and _as_dict(row)


async def create(fields):
    async with _engine.connect() as connection:
        result = await connection.execute(_INSERT, fields)
    return {"id": result.inserted_primary_key[0], **fields}


async def update(item_id, fields):
    async with _engine.connect() as connection:
        result = await connection.execute(_UPDATE, {"item_id": item_id, **fields})
    return {"id": item_id, **fields} if result.rowcount else None


async def delete(item_id):
    """Whether there was such an item."""
    async with _engine.connect() as connection:
        return (await connection.execute(_DELETE, {"item_id": item_id})).rowcount > 0


def _as_dict(row):
    return dict(zip(_NAMES, row, strict=True))
