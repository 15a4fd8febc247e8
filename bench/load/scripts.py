"""What one user sends, one request after the other: an endless generator for each user and server.

A script is sent the whole answer to each request, so that a session can follow up on what it created.
"""

import json
import random
from collections.abc import Generator
from dataclasses import replace

from bench.load.requests import POOL, Request, Shop
from bench.load.wire import HEAD_END
from bench.model import Item, Workload

Script = Generator[Request, bytes, None]


def script(shop: Shop, workload: Workload, rng_seed: str) -> Script:
    """The requests of one user under `workload`; the same for every server that is given the same seed."""
    rng = random.Random(rng_seed)
    if workload.steps == ("delete-item",):
        return _deletes(shop, rng)
    if len(workload.steps) == 1:
        return _one_operation(shop.pool(workload.steps[0]), rng)
    return _sessions(shop, workload.steps, rng)


def _one_operation(pool: tuple[Request, ...], rng: random.Random) -> Script:
    at = rng.randrange(POOL)
    while True:
        yield pool[at]
        at = (at + 1) % POOL


def _deletes(shop: Shop, rng: random.Random) -> Script:
    """Rows laid in beforehand, each deleted once; without a stock each is created first."""
    while shop.stock is not None:
        yield shop.delete(next(shop.stock))
    while True:
        request = rng.choice(shop.pool("create-item"))
        yield shop.delete(_created((yield request), request).id)


def _sessions(shop: Shop, steps: tuple[str, ...], rng: random.Random) -> Script:
    while True:
        yield from _session(shop, steps, rng)


def _session(shop: Shop, steps: tuple[str, ...], rng: random.Random) -> Script:
    own: Item | None = None
    for step in steps:
        if step == "create-item":
            request = rng.choice(shop.pool(step))
            own = _created((yield request), request)
        elif not step.endswith("-own"):
            yield rng.choice(shop.pool(step))
        elif own is None:
            raise ValueError(f"{step} comes before create-item")
        elif step == "read-own":
            yield shop.read_own(own)
        elif step == "update-own":
            request = shop.update_own(rng, own.id)
            yield request
        else:
            yield shop.delete(own.id)


def _created(answer: bytes, request: Request) -> Item:
    """The item that a create made; id 0 where the answer does not say (the failure shows in the next request)."""
    assert request.item is not None
    try:
        made = json.loads(answer[answer.find(HEAD_END) + 4 :])["id"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        made = 0
    return replace(request.item, id=made if type(made) is int else 0)
