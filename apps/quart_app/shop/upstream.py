"""The service that the optional group `upstream` of the contract calls."""

import os
from functools import cache

_WITHIN_S = 30


async def answer(wait_ms):
    """What the service says after so many milliseconds."""
    response = await _client().get(f"/{wait_ms}")
    response.raise_for_status()
    return response.json()


@cache
def _client():
    """As many connections as answers ever wait at once."""
    import httpx  # noqa: PLC0415  (no other operation needs it)

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(base_url=os.environ["UPSTREAM_URL"], limits=limits, timeout=_WITHIN_S)
