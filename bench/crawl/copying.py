"""A static copy of a catalogue, and the SUT that serves it: the most that the crawler can do."""

import json
from dataclasses import replace
from pathlib import Path

from bench.contract.client import Client
from bench.contract.message import Request
from bench.contract.operations.rows import SHELF
from bench.model import STATIC, App, Sut
from bench.suts.servers import READY_PATH

_HERE = Path(__file__).with_name("copy")


def copy(url: str, pages: int, file: Path) -> str:
    """Write the pages that a crawl of `pages` pages requests into `file`; returns its URL, for the copy's server."""
    shelves = pages // (SHELF + 1) + 2
    paths = [f"/catalog?page={page}" for page in range(1, shelves + 1)]
    paths += [f"/catalog/{number}" for number in range(1, shelves * SHELF + 1)]
    bodies: dict[str, str] = {}
    with Client(url) as client:
        for path in (READY_PATH, *paths):
            answer = client.send(Request("GET", path))
            if answer.status == 200:  # there may be fewer pages than the crawl allows
                bodies[path] = answer.body.decode()
    file.write_text(json.dumps(bodies), "utf-8")
    return file.absolute().as_uri()


def sut(like: App) -> Sut:
    """The SUT that serves a copy behind the common server, in the environment of the app `like`."""
    app = replace(like, folder=_HERE, label="Static copy", interface="wsgi", application="static_site:application")
    return replace(Sut.of(app), alias=STATIC)
