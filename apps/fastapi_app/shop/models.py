"""The table `item`, and what a client may send for a row of it."""

import os
from typing import Annotated

from fastapi import Depends
from pydantic import BeforeValidator, ConfigDict, StringConstraints
from sqlalchemy import BigInteger, event, make_url
from sqlmodel import Field, Session, SQLModel, create_engine

DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}


def engine_of(url):
    """One whose pool has no limit (0).

    A session holds its connection until the answer is made, which needs one of FastAPI's threads. With fewer
    connections than threads, all threads would wait for connections, and their holders for a thread.

    An operation is one statement, or two that need not agree, so each commits by itself; SQLite's driver begins no
    transaction to read.
    """
    driver = DRIVERS[url.drivername]
    if driver == "sqlite":
        return create_engine(url, pool_size=0)
    return create_engine(
        url.set(drivername=driver), isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, pool_size=0
    )


engine = engine_of(make_url(os.environ["DATABASE_URL"]))


@event.listens_for(engine, "connect")
def configure(connection, record):
    if engine.name == "sqlite":
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")


def session():
    with Session(engine, expire_on_commit=False) as opened:
        yield opened


SessionDep = Annotated[Session, Depends(session)]


def _ascii_digits(value):
    """Pydantic's integers may have a sign, blanks, underscores or a fraction of zero."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("must be written in digits")
    return value


Number = Annotated[int, BeforeValidator(_ascii_digits), Field(ge=0, le=2**63 - 1)]


Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class ItemFields(SQLModel):
    name: Text = Field(min_length=1, max_length=100)
    description: Text = Field(max_length=500)
    price_cents: int = Field(ge=0, le=10_000_000)
    in_stock: bool


class Item(ItemFields, table=True):
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)


class ItemIn(ItemFields):
    model_config = ConfigDict(strict=True, extra="forbid")


class ItemOut(ItemFields):
    id: int


class Listing(SQLModel):
    items: list[ItemOut]
    total: int
