"""`json`: a few words as JSON, no database."""

import json
import random

from bench.contract.operations.operation import Ask, Operation


def _draw(_: random.Random) -> Ask:
    return JSON_MESSAGE.ask()


def _check(_: Ask, body: bytes) -> str | None:
    return None if json.loads(body) == {"message": "Hello, World!"} else f"{body[:40]!r}"


JSON_MESSAGE = Operation(
    id="json",
    title="Small JSON, no database",
    method="GET",
    path="/json",
    draw=_draw,
    check=_check,
    data=False,
)
