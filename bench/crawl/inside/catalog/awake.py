"""Waiting that counts the time in which the machine is awake, and notices when it was not: a laptop that slept, a guest
that its host held up, a stopped process.
"""

import asyncio
import time
from typing import Any

_STILL_S = 1.0
"""Longer than anything keeps the event loop from a beat that a machine does while it is awake."""
_BEAT_S = 0.1


async def first_of(awaited: "set[asyncio.Future[Any]]", within_s: float) -> tuple[bool, float]:
    """Whether one of these was done within so many seconds awake; and the longest time for which everything stood
    still meanwhile, in seconds, 0 for none.
    """
    left_s, still_s, looked_at_s = within_s, 0.0, time.perf_counter()
    done: set[asyncio.Future[Any]] = set()
    while not done and left_s > 0:
        done, _ = await asyncio.wait(awaited, timeout=min(left_s, _BEAT_S), return_when=asyncio.FIRST_COMPLETED)
        now_s = time.perf_counter()
        passed_s, looked_at_s = now_s - looked_at_s, now_s
        left_s -= min(passed_s, _STILL_S)
        still_s = max(still_s, passed_s - _BEAT_S)
    return bool(done), still_s if still_s > _STILL_S else 0.0
