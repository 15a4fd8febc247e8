"""The service that the optional group `upstream` of the contract calls."""

import os
from functools import cache

_MOST_CONNECTIONS = 64
_WITHIN_S = 30


def answer(wait_ms):
    """What the service says after so many milliseconds."""
    response = _session().get(f"{os.environ['UPSTREAM_URL']}/{wait_ms}", timeout=_WITHIN_S)
    response.raise_for_status()
    return response.json()


@cache
def _session():
    """One for all threads, of which each has a connection: as many as any server has."""
    import requests  # noqa: PLC0415  (no other operation needs it)

    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=_MOST_CONNECTIONS))
    return session
