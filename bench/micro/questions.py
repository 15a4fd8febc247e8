"""What is asked in process: a few hundred requests an operation, from the seeded stream that the load uses. Pure."""

import random
from dataclasses import dataclass
from typing import Any

from bench.analysis.calls import is_null
from bench.contract import seed
from bench.contract.operations import OPERATIONS
from bench.load.answers import wrong
from bench.load.requests import POOL, Request, Shop
from bench.load.wire import HEAD_END
from bench.model import App

STOCK = 60_000
"""Rows laid in for the operation that deletes: more than a session can call."""


@dataclass(frozen=True, slots=True)
class Question:
    """One operation with its requests; the answer to the first is checked against `first`.

    `stock` is the range of ids that must be laid in before it is asked, for the operation that deletes.
    """

    operation: str
    method: str
    status: int
    asks: tuple[tuple[str, str, str], ...]
    first: Request
    stock: tuple[int, ...] = ()


def questions(app: App, chosen: tuple[str, ...] = (), rng_seed: int = 1, stock: int = STOCK) -> list[Question]:
    """The operations that the app supports, or those `chosen` of them; `stock` rows are there to be deleted."""
    wanted = [name for name in chosen or OPERATIONS if name not in app.unsupported]
    shop = Shop("127.0.0.1:8000", rng_seed)
    return [_question(shop, name, rng_seed, stock) for name in wanted]


def complaint(question: Question, first_body: str) -> str | None:
    """What is wrong with the first answer that an app gave; None where it is right."""
    return wrong(question.first, HEAD_END + first_body.encode())


def brief(app: App, sut: str, asked: list[Question]) -> dict[str, Any]:
    """What the process in the app's environment reads; a SUT of `NULLS` is the application that does nothing, by the
    interface of `app`.
    """
    told = {
        each.operation: {"method": each.method, "status": each.status, "asks": each.asks, "stock": each.stock}
        for each in asked
    }
    if is_null(sut):
        answered = {operation: question | {"status": 200} for operation, question in told.items()}
        return {"application": sut, "interface": app.interface, "questions": answered}
    return {"application": app.application, "interface": app.interface, "questions": told}


def _question(shop: Shop, operation: str, rng_seed: int, stock: int) -> Question:
    ids = (seed.ROWS + 1, seed.ROWS + 1 + stock) if operation == "delete-item" else ()
    if ids:
        requests = [shop.delete(item_id) for item_id in range(*ids)]
    else:
        requests = random.Random(rng_seed).sample(shop.pool(operation), POOL // 8)
    method = requests[0].data.split(b" ", 1)[0].decode()
    return Question(operation, method, requests[0].status, tuple(map(_ask, requests)), requests[0], ids)


def _ask(request: Request) -> tuple[str, str, str]:
    head, _, body = request.data.partition(HEAD_END)
    path, _, query = head.split(b" ", 2)[1].decode().partition("?")
    return path, query, body.decode()
