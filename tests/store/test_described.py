"""What a stored SUT says of itself."""

from dataclasses import replace
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


def test_a_workload_is_lacked_where_one_of_its_operations_is() -> None:
    sut = builders.sut("flask", not_offered={"upload": "it takes no files"})
    mixed = replace(builders.MIX, operations=("read-item", "upload"))
    assert sut.lacks(mixed) == "it takes no files"
    assert sut.lacks(replace(mixed, operations=("read-item",))) is None
