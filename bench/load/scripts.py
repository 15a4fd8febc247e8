"""Scripts: the requests of one user, one after the other, as an endless generator for each user and server.

The whole answer to each request is sent into the generator, so that a user can follow up on a row that it created.
"""

import random
from collections.abc import Generator

from bench.contract import operations
from bench.contract.operations.create_item import CREATE_ITEM, created
from bench.contract.operations.operation import POOL
from bench.load import wire
from bench.load.requests import Pools, PreparedRequest
from bench.model import Item, Step, Workload

Script = Generator[PreparedRequest, bytes, None]


def script(pools: Pools, workload: Workload, rng_seed: str) -> Script:
    """The requests of one user under `workload`; with the same seed, they are the same for every server."""
    rng = random.Random(rng_seed)
    first, *more = workload.steps
    if more:
        return _sessions(pools, workload.steps, rng)
    if operations.find(first.operation).stock:
        return _using_up(pools, first.operation, rng)
    return _one_operation(pools.pool(first.operation), rng)


def _one_operation(pool: tuple[PreparedRequest, ...], rng: random.Random) -> Script:
    at = rng.randrange(POOL)
    while True:
        yield pool[at]
        at = (at + 1) % POOL


def _using_up(pools: Pools, operation: str, rng: random.Random) -> Script:
    """Use up rows that were added beforehand, each once; without a stock, create each first."""
    while pools.stock is not None:
        yield pools.of_row(operation, rng, next(pools.stock))
    while True:
        request = rng.choice(pools.pool(CREATE_ITEM.id))
        answer = yield request
        yield pools.of_row(operation, rng, created(request.ask, wire.body(answer)))


def _sessions(pools: Pools, steps: tuple[Step, ...], rng: random.Random) -> Script:
    while True:
        yield from _session(pools, steps, rng)


def _session(pools: Pools, steps: tuple[Step, ...], rng: random.Random) -> Script:
    own: Item | None = None
    for step in steps:
        if step.own:
            if own is None:
                raise ValueError(f"{step.operation} of an own row comes before {CREATE_ITEM.id}")
            yield pools.of_row(step.operation, rng, own)
        else:
            request = rng.choice(pools.pool(step.operation))
            answer = yield request
            if step.operation == CREATE_ITEM.id:
                own = created(request.ask, wire.body(answer))
