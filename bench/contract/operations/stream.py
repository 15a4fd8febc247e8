"""`stream`: a body that is sent while it is made, line by line; alone in the group `stream`."""

import random
from functools import cache

from bench.contract.operations.operation import Ask, Group, Operation

LINES = 1000

_DIGITS = 63


@cache
def whole() -> bytes:
    """All lines: each is its number, from 1, in so many digits, and the end of the line."""
    return b"".join(f"{number:0{_DIGITS}}\n".encode() for number in range(1, LINES + 1))


def _draw(_: random.Random) -> Ask:
    return STREAM.ask()


def _check(_: Ask, body: bytes) -> str | None:
    return None if body == whole() else f"{len(body):,} bytes that are not its {LINES:,} lines"


STREAM = Operation(
    id="stream",
    title=f"A stream of {LINES:,} lines, no database",
    method="GET",
    path="/stream",
    draw=_draw,
    check=_check,
    content_type="text/plain",
    data=False,
    streamed=True,
    users=(4,),
    slice_s=0.5,
    group=Group("stream", "a body that is sent while it is made", False, clauses=("stream",), files=("stream",)),
)
