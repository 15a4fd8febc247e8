"""Prepared requests: operations as bytes, from a seeded stream that is the same for every SUT."""

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.contract import operations, seed
from bench.contract.operations.operation import Ask
from bench.load.parts import WHOLE, Share
from bench.model import Item, Step


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """A request as bytes, ready to send; `status` repeats that of `ask`, for the hot path."""

    ask: Ask
    data: bytes
    status: int


class Pools:
    """Makes requests for one server; `host` goes into their Host header.

    `stock` yields the rows of its share that were added to be used up, one after the other; None where there are none.
    """

    def __init__(self, host: str, rng_seed: int, *, stocked: bool = False, share: Share = WHOLE) -> None:
        self._host = host
        self._seed = rng_seed
        self._pools: dict[str, tuple[PreparedRequest, ...]] = {}
        rows = itertools.count(seed.ROWS + 1 + share.number, share.of)
        self.stock: Iterator[Item] | None = map(seed.stocked, rows) if stocked else None

    def pool(self, operation: str) -> tuple[PreparedRequest, ...]:
        """Some 2,000 requests of an operation, made once; they differ between servers by the host only.

        Equal ones are one object: of large requests there are few, and no more may be kept.
        """
        if operation not in self._pools:
            asks = operations.find(operation).pool(self._seed)
            rendered = {ask: self._rendered(ask) for ask in dict.fromkeys(asks)}
            self._pools[operation] = tuple(rendered[ask] for ask in asks)
        return self._pools[operation]

    def fill(self, steps: Iterable[Step]) -> None:
        """Make the pools of these steps now, and not under load."""
        for step in steps:
            if not step.own:
                self.pool(step.operation)

    def of_row(self, operation: str, rng: random.Random, item: Item) -> PreparedRequest:
        """A request for a given row; raises ValueError for an operation that concerns none."""
        ask = operations.find(operation).of_row
        if ask is None:
            raise ValueError(f"{operation} is about no row")
        return self._rendered(ask(rng, item))

    def _rendered(self, ask: Ask) -> PreparedRequest:
        head = f"{ask.method} {ask.path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: */*\r\n"
        for name, value in ask.headers:
            head += f"{name}: {value}\r\n"
        if ask.body is None:
            return PreparedRequest(ask, f"{head}\r\n".encode(), ask.status)
        return PreparedRequest(ask, f"{head}Content-Length: {len(ask.body)}\r\n\r\n".encode() + ask.body, ask.status)
