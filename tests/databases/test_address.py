"""URLs of databases: what is given is read, what is written can be read again, and nonsense is refused."""

import pytest

from bench.databases.address import Address, given
from bench.errors import UsageError

SERVER = Address("postgresql", "127.0.0.1", 5433, "me", "p@ss:w/rd %", "shop")


def read(url: str) -> Address | None:
    return given({"DATABASE_URL": url}, "postgresql", 5432, "postgres")


def test_what_is_written_can_be_read_again() -> None:
    assert read(SERVER.url) == SERVER
    assert SERVER.url == "postgresql://me:p%40ss%3Aw%2Frd%20%25@127.0.0.1:5433/shop"
    assert SERVER.of("other").database == "other"
    local = Address("postgresql", "::1", 5432, "me", "", "postgres")
    assert read(local.url) == local


def test_what_is_not_said_is_usual() -> None:
    assert read("postgresql://me@here") == Address("postgresql", "here", 5432, "me", "", "postgres")


@pytest.mark.parametrize("url", ["", "sqlite:////srv/shop.db", "mysql://me@here/shop"])
def test_a_url_of_another_kind_is_not_ours(url: str) -> None:
    assert read(url) is None
    assert given({}, "postgresql", 5432, "postgres") is None


@pytest.mark.parametrize(
    "url", ["postgresql://", "postgresql://here/shop", "postgresql://me@:5/x", "postgresql://me@a:b/c"]
)
def test_a_url_that_names_no_server_is_refused(url: str) -> None:
    with pytest.raises(
        UsageError, match=r"^DATABASE_URL must look like postgresql://USER:PASSWORD@HOST:5432/postgres\.$"
    ):
        read(url)
