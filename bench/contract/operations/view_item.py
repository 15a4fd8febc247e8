"""`view-item`: a page of one row, from the framework's template engine."""

import random

from bench.contract import seed
from bench.contract.operations import rows
from bench.contract.operations.operation import Ask, Operation
from bench.contract.page import Page, collapsed
from bench.model import Item


def _draw(rng: random.Random) -> Ask:
    return _of_row(rng, rng.choice(seed.items()))


def _of_row(_: random.Random, item: Item) -> Ask:
    return VIEW_ITEM.ask(item=item)


def _check(ask: Ask, body: bytes) -> str | None:
    assert ask.item is not None
    text = " ".join(Page(body).texts("body"))
    for part in (*rows.shown(ask.item), collapsed(ask.item.description)):
        if part not in text:
            return f"{part!r} of item {ask.item.id} is not on the page"
    return None


VIEW_ITEM = Operation(
    id="view-item",
    title="A page of one row, from a template",
    method="GET",
    path="/catalog/{id}",
    draw=_draw,
    check=_check,
    of_row=_of_row,
    content_type="text/html",
)
