"""Runs before each action: the database, and no session."""

import os

from shop_models import define_tables, price

POOL_SIZE = 32


def configure(adapter):
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        adapter.execute(f"PRAGMA {pragma}")


def connect():
    path = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
    db = DAL(f"sqlite://{path}", migrate=False, after_connection=configure)
    # As in the py4web app: the argument `pool_size` is not heeded for SQLite, and a file does not hang up.
    db._adapter.pool_size = POOL_SIZE
    db._adapter.check_active_connection = False
    define_tables(db)
    return db


session.forget(response)
db = connect()
