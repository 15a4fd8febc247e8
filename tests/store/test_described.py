"""What a stored SUT says of itself."""

from typing import Any

import pytest

from bench.identity import SutKey
from tests import builders


@pytest.mark.parametrize(
    ("described", "floor"),
    [
        ({}, "wsgi"),
        ({"interface": "asgi"}, "asgi"),
        ({"interface": "own"}, ""),
        ({"key": SutKey("flask", database="postgresql")}, "wsgi-postgresql"),
        ({"key": SutKey("flask", "tuned", "gunicorn", "mysql", 4, "3.0")}, "wsgi-mysql"),
    ],
)
def test_the_floor_is_that_of_the_interface_on_the_same_database_and_the_common_server(
    described: dict[str, Any], floor: str
) -> None:
    assert builders.sut("flask", **described).floor == floor
