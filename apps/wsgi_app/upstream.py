"""The service that the optional group `upstream` of the contract calls."""

import os
from functools import cache

_MOST_CONNECTIONS = 64
"""As many as any server has threads."""


def answer(wait_ms):
    """What the service says after so many milliseconds."""
    response = _pool().request("GET", f"/{wait_ms}")
    if response.status != 200:
        raise ConnectionError(f"The service answered {response.status}.")
    return response.json()


@cache
def _pool():
    import urllib3  # noqa: PLC0415  (no other operation needs it)

    return urllib3.connection_from_url(os.environ["UPSTREAM_URL"], maxsize=_MOST_CONNECTIONS)
