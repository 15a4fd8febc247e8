"""The service that the optional group `upstream` of the contract calls."""

import os
from functools import cache

from tornado.escape import json_decode

_MOST_CONNECTIONS = 1000


async def answer(wait_ms):
    """What the service says after so many milliseconds."""
    response = await _client().fetch(f"{os.environ['UPSTREAM_URL']}/{wait_ms}")
    return json_decode(response.body)


@cache
def _client():
    """Tornado's client on libcurl, which keeps connections open: its simple one closes each."""
    from tornado.curl_httpclient import CurlAsyncHTTPClient  # noqa: PLC0415  (no other operation needs it)

    return CurlAsyncHTTPClient(force_instance=True, max_clients=_MOST_CONNECTIONS)
