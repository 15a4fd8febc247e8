"""The service that the optional group `upstream` of the contract calls."""

import os
from functools import cache


async def answer(wait_ms):
    """What the service says after so many milliseconds."""
    response = await _session().get(f"/{wait_ms}")
    await response.raise_for_status()
    return await response.json()


@cache
def _session():
    """As many connections as answers ever wait at once."""
    from blacksheep.client import ClientSession  # noqa: PLC0415  (no other operation needs it)

    return ClientSession(base_url=os.environ["UPSTREAM_URL"])
