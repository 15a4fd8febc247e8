"""`plaintext`: a few words, no database."""

import random

from bench.contract.operations.operation import Ask, Operation


def _draw(_: random.Random) -> Ask:
    return PLAINTEXT.ask()


def _check(_: Ask, body: bytes) -> str | None:
    return None if body == b"Hello, World!" else f"{body[:40]!r}"


PLAINTEXT = Operation(
    id="plaintext",
    title="Plain text, no database",
    method="GET",
    path="/plaintext",
    draw=_draw,
    check=_check,
    content_type="text/plain",
    data=False,
)
