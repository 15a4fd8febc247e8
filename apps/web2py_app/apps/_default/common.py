"""What the controllers share: the database."""

import os

from py4web import DAL
from pymysql.constants import CLIENT

from .models import define_tables

POOL_SIZE = 32


class Database(DAL):
    """py4web's, but that a commit which fails is an error: pydal's pool drops the connection and says nothing."""

    def on_success(self, context):
        try:
            self.commit()
        except Exception:
            self.on_error(context)
            raise
        self.recycle_connection_in_pool_or_close(None)


def configure(adapter):
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        adapter.execute(f"PRAGMA {pragma}")


def connect():
    url = os.environ["DATABASE_URL"]
    db = sqlite(url) if url.startswith("sqlite:") else served(url)
    define_tables(db)
    return db


def sqlite(url):
    path = url.removeprefix("sqlite:///")
    db = Database(f"sqlite://{path}", migrate=False, after_connection=configure)
    # The argument `pool_size` is not heeded for SQLite, where pydal opens and closes a connection for each request.
    # A file does not hang up either, so connections need no test before each use.
    db._adapter.pool_size = POOL_SIZE
    db._adapter.check_active_connection = False
    return db


def served(url):
    """A database that a server keeps: pydal's pool as it is by default, with a SELECT 1 before each use."""
    if url.startswith("postgresql:"):
        return Database(url.replace("postgresql:", "postgres3:", 1), migrate=False, pool_size=POOL_SIZE)
    # The rows that were found are counted, not those that differ afterwards: a PUT may change nothing.
    driver_args = {"client_flag": CLIENT.FOUND_ROWS}
    url = f"{url.replace('mysql:', 'mysql:pymysql:', 1)}?set_encoding=utf8mb4"
    return Database(url, migrate=False, pool_size=POOL_SIZE, driver_args=driver_args)


db = connect()
