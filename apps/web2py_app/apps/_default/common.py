"""What the controllers share: the database."""

import os

from py4web import DAL

from .models import define_tables

POOL_SIZE = 32


def configure(adapter):
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        adapter.execute(f"PRAGMA {pragma}")


def connect():
    path = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
    db = DAL(f"sqlite://{path}", migrate=False, after_connection=configure)
    # The argument `pool_size` is not heeded for SQLite, where pydal opens and closes a connection for each request.
    # A file does not hang up either, so connections need no test before each use.
    db._adapter.pool_size = POOL_SIZE
    db._adapter.check_active_connection = False
    define_tables(db)
    return db


db = connect()
