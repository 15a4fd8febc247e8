"""`slow-upstream`: an answer that waits for the answer of another service; alone in the group `upstream`."""

import json
import random

from bench.contract import upstream
from bench.contract.operations.operation import Ask, Group, Operation

UPSTREAM = Group(
    "upstream",
    "an answer that waits for another service",
    required=False,
    clauses=("slow-upstream",),
    files=("upstream",),
)
MEMBER = "upstream"
"""The one member of an answer, which holds what the service said."""

_TIMED_MS = 50


def _draw(_: random.Random) -> Ask:
    return SLOW_UPSTREAM.ask(query=f"?ms={_TIMED_MS}")


def _check(_: Ask, body: bytes) -> str | None:
    got = json.loads(body)
    passed_on = set(got) == {MEMBER} and upstream.number_of(got[MEMBER], _TIMED_MS) is not None
    return None if passed_on else f"{body[:80]!r}, which is not what the service answers after {_TIMED_MS} ms"


SLOW_UPSTREAM = Operation(
    id="slow-upstream",
    title=f"An answer that waits {_TIMED_MS} ms for another service",
    method="GET",
    path="/upstream",
    draw=_draw,
    check=_check,
    data=False,
    group=UPSTREAM,
    wait_s=_TIMED_MS / 1000,
    users=(10, 100, 1000),
    slice_s=0.5,
)
