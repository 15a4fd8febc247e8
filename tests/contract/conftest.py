"""Databases for the servers under test: the seed, and a small one that is read in a moment."""

import email.parser
from functools import lru_cache, partial
from http.client import HTTPMessage

import pytest

from bench.contract import client, connection, sequences
from bench.databases.sqlite import SqliteDatabase, SqliteTemplate

SMALL = 45
"""Three pages, the last of them not full."""
SOME = 170
"""Nine pages: there are some in the middle."""
_PARSER = email.parser.Parser


class _Remembering:
    """What the standard library parses heads with, but each once: a verification has thousands, most of them equal, and
    nobody changes what was parsed.
    """

    def __init__(self, _class: type[HTTPMessage]) -> None:
        self.parsestr = partial(_parsed, _class)


@lru_cache(4096)
def _parsed(kind: type[HTTPMessage], head: str) -> HTTPMessage:
    return _PARSER(kind).parsestr(head)


@pytest.fixture(scope="session")
def small_template(template: SqliteTemplate) -> SqliteTemplate:
    """The first rows of the seed."""
    return first_rows(template, SMALL)


@pytest.fixture(scope="session")
def some_template(template: SqliteTemplate) -> SqliteTemplate:
    """More rows of the seed."""
    return first_rows(template, SOME)


def first_rows(template: SqliteTemplate, count: int) -> SqliteTemplate:
    database = template.copy(f"first-{count}")
    rows = database.rows()
    database.repair({key: item for key, item in rows.items() if key <= count}, rows)
    return SqliteTemplate(database.path)


@pytest.fixture
def seeded(template: SqliteTemplate) -> SqliteDatabase:
    """A database of its own with all 10,000 rows."""
    return template.copy("shop-seeded")


@pytest.fixture
def small(small_template: SqliteTemplate) -> SqliteDatabase:
    """A database of its own with the first rows."""
    return small_template.copy("shop-small")


@pytest.fixture
def some(some_template: SqliteTemplate) -> SqliteDatabase:
    """A database of its own with more rows."""
    return some_template.copy("shop-some")


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments are segments within the process: no pause is needed to keep them apart. Nor is a sequence shortened, or
    a head parsed twice.
    """
    monkeypatch.setattr(connection, "_PAUSE_S", 0.0)
    monkeypatch.setattr(client, "_SHORT_PAUSE_S", 0.0)
    monkeypatch.setattr(sequences, "_SHRINKING_S", 0.0)
    monkeypatch.setattr(email.parser, "Parser", _Remembering)
