"""The requests made in process: a few hundred for each operation, from the seeded stream that the load uses. Pure.

Bodies of requests and answers are sent as JSON in which each character stands for one byte (Latin-1).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.contract import operations, seed
from bench.contract.operations import OPERATIONS
from bench.contract.operations.operation import POOL, Ask, Operation
from bench.model import App, is_null

_ASKS = POOL // 8
_BYTES = "latin-1"


@dataclass(frozen=True, slots=True)
class Question:
    """One operation with its requests, of which the first is the one whose answer is checked.

    `stock` is how many rows beyond the seed must be in the table before it is asked, where it uses rows up.
    """

    operation: str
    asks: tuple[Ask, ...]
    stock: int = 0


def questions(
    app: App, chosen: Sequence[str] = (), rng_seed: int = 1, stock: int | None = None, requests: int = _ASKS
) -> list[Question]:
    """The operations that the app supports, or those `chosen` of them, but for those that wait; with so many different
    `requests` at most.

    Where an operation uses rows up, there are `stock` for it, by default as many as under load, and none of them is
    another operation's.
    """
    wanted = tuple(map(operations.find, chosen)) or OPERATIONS
    asked: list[Question] = []
    laid = 0
    for operation in wanted:
        if operation.id in app.unsupported or operation.wait_s:
            continue
        if operation.stock:
            rows = range(laid, laid := laid + (operation.stock if stock is None else stock))
            asked.append(Question(operation.id, _for_rows(operation, rows), laid))
        else:
            asked.append(Question(operation.id, _drawn(operation, rng_seed, requests)))
    return asked


def complaint(question: Question, first_body: str) -> str | None:
    """What is wrong with the first answer of an app; None where it is right."""
    return operations.wrong(question.asks[0], first_body.encode(_BYTES))


def brief(app: App, sut: str, asked: list[Question]) -> dict[str, Any]:
    """The brief for the process in the app's environment; a SUT of `NULLS` is the application that does nothing, by the
    interface of `app`.
    """
    questions = {question.operation: as_json(question.asks) for question in asked}
    if is_null(sut):
        answered = {operation: question | {"status": 200} for operation, question in questions.items()}
        return {"application": sut, "interface": app.interface, "questions": answered}
    return {"application": app.application, "interface": app.interface, "questions": questions}


def as_json(asks: Sequence[Ask]) -> dict[str, Any]:
    """The requests of one operation as the process reads them: each has its path, query, headers and body."""
    return {"method": asks[0].method, "status": asks[0].status, "asks": tuple(map(_parts, asks))}


def _parts(ask: Ask) -> tuple[str, str, tuple[tuple[str, str], ...], str]:
    path, _, query = ask.path.partition("?")
    return path, query, ask.headers, (ask.body or b"").decode(_BYTES)


def _drawn(operation: Operation, rng_seed: int, requests: int) -> tuple[Ask, ...]:
    """A sample of the pool, or each request of it once where so many are not there: large ones are few."""
    pool = operation.pool(rng_seed)
    different = tuple(dict.fromkeys(pool))
    return different if len(different) < requests else tuple(random.Random(rng_seed).sample(pool, requests))


def _for_rows(operation: Operation, rows: range) -> tuple[Ask, ...]:
    """A request for each of these rows beyond the seed."""
    assert operation.of_row is not None
    rng = random.Random(operation.id)
    return tuple(operation.of_row(rng, seed.stocked(seed.ROWS + 1 + row)) for row in rows)
