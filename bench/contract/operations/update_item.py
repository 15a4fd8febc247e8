"""`update-item`: a row replaced whole."""

import random

from bench.contract import seed
from bench.contract.operations import rows
from bench.contract.operations.operation import Ask, Operation
from bench.model import Item


def _draw(rng: random.Random) -> Ask:
    return _replacing(rng, rng.randint(1, seed.ROWS))


def _of_row(rng: random.Random, item: Item) -> Ask:
    return _replacing(rng, item.id)


def _replacing(rng: random.Random, item_id: int) -> Ask:
    item = rows.new(rng, item_id)
    return UPDATE_ITEM.ask(headers=rows.OF_JSON, body=rows.sent(item), item=item)


UPDATE_ITEM = Operation(
    id="update-item",
    title="Replace a row",
    method="PUT",
    path="/items/{id}",
    draw=_draw,
    check=rows.is_item,
    of_row=_of_row,
    writes=True,
)
