"""Databases for the servers under test: the seed, and a small one that is read in a moment."""

import pytest

from bench.databases.sqlite import SqliteDatabase, SqliteTemplate

SMALL = 45
"""Three pages, the last of them not full."""


@pytest.fixture(scope="session")
def small_template(template: SqliteTemplate) -> SqliteTemplate:
    """The first rows of the seed."""
    database = template.copy("small")
    rows = database.rows()
    database.repair({key: item for key, item in rows.items() if key <= SMALL}, rows)
    return SqliteTemplate(database.path)


@pytest.fixture
def seeded(template: SqliteTemplate) -> SqliteDatabase:
    """A database of its own with all 10,000 rows."""
    return template.copy("shop-seeded")


@pytest.fixture
def small(small_template: SqliteTemplate) -> SqliteDatabase:
    """A database of its own with the first rows."""
    return small_template.copy("shop-small")
