"""`list-items`: twenty rows from a random offset, and how many there are."""

import json
import random

from bench.contract import seed
from bench.contract.operations import rows
from bench.contract.operations.operation import Ask, Operation


def _draw(rng: random.Random) -> Ask:
    offset = rng.randrange(seed.ROWS - rows.SHELF)
    return LIST_ITEMS.ask(query=f"?offset={offset}&limit={rows.SHELF}", offset=offset)


def _check(ask: Ask, body: bytes) -> str | None:
    got = json.loads(body)
    if not rows.same(got["items"], [item.as_json() for item in rows.shelf(ask)]):
        return f"other rows than those from {ask.offset} on"
    total = got["total"]
    return None if type(total) is int and total >= seed.ROWS else f"a total of {total!r} where there are {seed.ROWS}"


LIST_ITEMS = Operation(
    id="list-items",
    title="Twenty rows and a count as JSON",
    method="GET",
    path="/items",
    draw=_draw,
    check=_check,
    statements=2,
)
