"""The service that the optional group `upstream` of the contract calls."""

import os
from functools import cache

import aiohttp


async def answer(wait_ms):
    """What the service says after so many milliseconds."""
    async with _session().get(f"/{wait_ms}") as response:
        return await response.json()


@cache
def _session():
    """As many connections as answers ever wait at once."""
    return aiohttp.ClientSession(
        os.environ["UPSTREAM_URL"], connector=aiohttp.TCPConnector(limit=0), raise_for_status=True
    )


async def close(app):
    """Close the connections, if there are any."""
    if _session.cache_info().currsize:
        await _session().close()
