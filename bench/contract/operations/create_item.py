"""`create-item`: a new row, to which the app gives an id."""

import json
import random
from dataclasses import replace

from bench.contract.operations import rows
from bench.contract.operations.operation import Ask, Operation
from bench.model import Item


def created(ask: Ask, body: bytes) -> Item:
    """The row that a request made; its id is 0 where the answer does not say one (the next request shows that)."""
    assert ask.item is not None
    try:
        item_id = json.loads(body)["id"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        item_id = 0
    return replace(ask.item, id=item_id if type(item_id) is int else 0)


def _draw(rng: random.Random) -> Ask:
    item = rows.new(rng, 0)
    return CREATE_ITEM.ask(headers=rows.OF_JSON, body=rows.sent(item), item=item)


def _check(ask: Ask, body: bytes) -> str | None:
    return rows.differs(json.loads(body), created(ask, body))


CREATE_ITEM = Operation(
    id="create-item",
    title="Insert a row",
    method="POST",
    path="/items",
    draw=_draw,
    check=_check,
    status=201,
    writes=True,
)
