"""Databases for the servers under test: the seed, and a small one that is read in a moment."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bench.contract import database

SMALL = 45
"""Three pages, the last of them not full."""


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seed") / "seeded.db"
    database.create(path)
    return path


@pytest.fixture(scope="session")
def small_pristine(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seed") / "small.db"
    database.copy(pristine, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM item WHERE id > ?", (SMALL,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
    return path


@pytest.fixture
def seeded(pristine: Path, tmp_path: Path) -> Path:
    """A database of its own with all 10,000 rows."""
    database.copy(pristine, tmp_path / "shop.db")
    return tmp_path / "shop.db"


@pytest.fixture
def small(small_pristine: Path, tmp_path: Path) -> Path:
    """A database of its own with the first rows."""
    database.copy(small_pristine, tmp_path / "shop.db")
    return tmp_path / "shop.db"


@pytest.fixture
def rows() -> Callable[[Path], list[tuple[object, ...]]]:
    """All rows of a database, as they stand in its file."""

    def read(path: Path) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("SELECT * FROM item ORDER BY id").fetchall()

    return read
