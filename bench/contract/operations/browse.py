"""`browse`: a page of twenty rows, from the framework's template engine."""

import random

from bench.contract import seed
from bench.contract.operations import rows
from bench.contract.operations.operation import Ask, Operation
from bench.contract.page import Page

_PAGES = seed.ROWS // rows.SHELF


def _draw(rng: random.Random) -> Ask:
    page = rng.randint(1, _PAGES)
    return BROWSE.ask(query=f"?page={page}", offset=(page - 1) * rows.SHELF)


def _check(ask: Ask, body: bytes) -> str | None:
    lines, shelf = Page(body).texts("tr[td]"), rows.shelf(ask)
    if len(lines) != len(shelf):
        return f"{len(lines)} rows instead of {len(shelf)}"
    for item, line in zip(shelf, lines, strict=True):
        for part in rows.shown(item):
            if part not in line:
                return f"{part!r} of item {item.id} is not in its row {line!r}"
    return None


BROWSE = Operation(
    id="browse",
    title="A page of twenty rows, from a template",
    method="GET",
    path="/catalog",
    draw=_draw,
    check=_check,
    statements=2,
    content_type="text/html",
)
