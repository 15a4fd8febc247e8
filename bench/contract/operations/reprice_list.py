"""`reprice-list`: a megabyte of JSON that is read, changed and written; alone in the group `large-body`."""

import json
import random
from functools import cache, lru_cache
from typing import Any

from bench.contract import seed
from bench.contract.operations import rows
from bench.contract.operations.operation import Ask, Group, Operation

LARGE_BODY = Group(
    "large-body",
    "a megabyte of JSON in and out",
    required=False,
    clauses=("reprice-list", "reprice-refused"),
    files=("price_lists",),
)
LARGEST_BYTES = 2 * 1024 * 1024
"""The size of the largest body that is read here."""
PriceList = dict[str, Any]

_ITEMS = 5_400
_LISTS = 4
"""So many lists are made, and come round and round: two thousand would take gigabytes."""
_SHOWN = 80


def drawn(rng: random.Random) -> PriceList:
    """A valid list of the size that is timed, of about 1 MB."""
    return {"percent": rng.randint(1, 100), "items": [item.as_json() for item in rng.sample(seed.items(), _ITEMS)]}


def repriced(asked: PriceList) -> PriceList:
    """What a valid list is answered with."""
    factor = 100 + asked["percent"]
    items = [item | {"price_cents": item["price_cents"] * factor // 100} for item in asked["items"]]
    return {"total_cents": sum(item["price_cents"] for item in items), "items": items}


@cache
def _bodies() -> tuple[bytes, ...]:
    """The lists as they are sent, to every server the same objects."""
    rng = random.Random("price lists")
    lists = [drawn(rng) for _ in range(_LISTS)]
    return tuple(json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() for one in lists)


@lru_cache(_LISTS)
def _wanted(body: bytes) -> str:
    return _spelled(repriced(json.loads(body)))


def _spelled(document: object) -> str:
    """The same text for what is equal, types and all."""
    return json.dumps(document, sort_keys=True)


def _draw(rng: random.Random) -> Ask:
    return REPRICE_LIST.ask(headers=rows.OF_JSON, body=rng.choice(_bodies()))


def _check(ask: Ask, body: bytes) -> str | None:
    if _spelled(json.loads(body)) == _wanted(ask.body or b""):
        return None
    return f"{len(body)} bytes, {body[:_SHOWN]!a}..., instead of the list with its new prices"


REPRICE_LIST = Operation(
    id="reprice-list",
    title="A megabyte of JSON read, changed and written, no database",
    method="POST",
    path="/reprice",
    draw=_draw,
    check=_check,
    data=False,
    group=LARGE_BODY,
    heavy=True,
)
