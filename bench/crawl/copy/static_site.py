"""A static copy of the catalogue: the least that a server can do for the same pages. Runs in an app's environment.

DATABASE_URL names the file with the pages, a JSON object from path to body.
"""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

with open(url2pathname(urlsplit(os.environ["DATABASE_URL"]).path), encoding="utf-8") as _file:  # noqa: PTH123
    _PAGES = {path: body.encode() for path, body in json.load(_file).items()}

_HEADERS = {
    path: [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    for path, body in _PAGES.items()
}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Look a page up."""
    query = environ["QUERY_STRING"]
    path = f"{environ['PATH_INFO']}?{query}" if query else environ["PATH_INFO"]
    if path not in _PAGES:
        start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]
    start_response("200 OK", _HEADERS[path])
    return [_PAGES[path]]
