"""`read-item`: one row."""

import random

from bench.contract import seed
from bench.contract.operations import rows
from bench.contract.operations.operation import Ask, Operation
from bench.model import Item


def _draw(rng: random.Random) -> Ask:
    return _of_row(rng, rng.choice(seed.items()))


def _of_row(_: random.Random, item: Item) -> Ask:
    return READ_ITEM.ask(item=item)


READ_ITEM = Operation(
    id="read-item",
    title="One row as JSON",
    method="GET",
    path="/items/{id}",
    draw=_draw,
    check=rows.is_item,
    of_row=_of_row,
)
