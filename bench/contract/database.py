"""The SQLite files that apps are given: made once from the seed, copied, put back."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import astuple
from pathlib import Path

from bench.contract import seed
from bench.model import Item

_SCHEMA = Path(__file__).with_name("schema.sql")
_INSERT = "INSERT INTO item (id, name, description, price_cents, in_stock) VALUES (?, ?, ?, ?, ?)"


def url(path: Path) -> str:
    """The `DATABASE_URL` that names the SQLite file at `path`."""
    return f"sqlite:///{path.absolute()}"


def create(path: Path) -> None:
    """Make a seeded database at `path`, replacing what stands there."""
    fresh = path.with_suffix(".new")
    for leftover in (fresh, *_journals(path)):
        leftover.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh)) as connection:
        connection.executescript(_SCHEMA.read_text())
        connection.executemany(_INSERT, map(astuple, seed.items()))
        connection.commit()
        connection.execute("PRAGMA journal_mode=WAL")
    fresh.replace(path)


def copy(pristine: Path, path: Path) -> None:
    """Give a server its own copy; no server may have `path` open."""
    for leftover in (path, *_journals(path)):
        leftover.unlink(missing_ok=True)
    shutil.copyfile(pristine, path)


def restore(path: Path, pristine: Path, stock: int = 0) -> None:
    """Put the table at `path` back to the seed while a server has it open.

    `stock` more rows, with ids from `seed.ROWS + 1` on, are added for workloads that use rows up.
    """
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("ATTACH ? AS pristine", (str(pristine),))
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM item")
        connection.execute("INSERT INTO item SELECT * FROM pristine.item ORDER BY id")
        if stock:
            connection.execute(
                "WITH RECURSIVE extra(id) AS (SELECT ? UNION ALL SELECT id + 1 FROM extra WHERE id < ?) "
                "INSERT INTO item SELECT id, 'Stock ' || id, 'A row to be deleted.', 100, 1 FROM extra",
                (seed.ROWS + 1, seed.ROWS + stock),
            )
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def read(path: Path, item_id: int) -> Item | None:
    """The committed row, as another connection sees it."""
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        row = connection.execute("SELECT * FROM item WHERE id = ?", (item_id,)).fetchone()
    return None if row is None else Item(row[0], row[1], row[2], row[3], bool(row[4]))


def write(path: Path, item: Item) -> None:
    """Change a row behind the app's back, committed."""
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.execute(
            "UPDATE item SET name = ?, description = ?, price_cents = ?, in_stock = ? WHERE id = ?",
            (item.name, item.description, item.price_cents, item.in_stock, item.id),
        )
        connection.commit()


def _journals(path: Path) -> tuple[Path, Path]:
    """What SQLite keeps beside a database: left there by a killed server, it would be replayed into a new file."""
    return Path(f"{path}-wal"), Path(f"{path}-shm")
