"""`delete-item`: a row, gone."""

import random

from bench.contract.operations.operation import Ask, Operation
from bench.model import Item


def _of_row(_: random.Random, item: Item) -> Ask:
    return DELETE_ITEM.ask(item=item)


def _check(_: Ask, body: bytes) -> str | None:
    return f"a body {body[:40]!r}" if body else None


DELETE_ITEM = Operation(
    id="delete-item",
    title="Delete a row",
    method="DELETE",
    path="/items/{id}",
    draw=None,
    check=_check,
    of_row=_of_row,
    status=204,
    content_type=None,
    writes=True,
    stock=60_000,  # more than the fastest server can delete in a rotation, and more than a session in process calls
)
