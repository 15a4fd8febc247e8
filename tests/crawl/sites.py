"""Small catalogues, sound and otherwise, as scripted servers serve them."""

from collections.abc import Callable
from functools import partial
from html import escape

from tests.load.scripted import Script, Talk

SHELF = 20
SHELVES = 2
PAGES = SHELVES * (SHELF + 1)
ITEMS = SHELVES * SHELF

AGAIN = '<a href="/catalog/7?again">Item 7</a>'
"""A second address of an item."""

Answer = Callable[[str], bytes | None]
"""From a path with its query to the whole answer; None where the usual one will do."""


def html(body: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    """A whole answer."""
    return answer(f"<!doctype html><html><body>{body}</body></html>".encode(), status, kind)


def answer(body: bytes, status: str = "200 OK", kind: str = "text/html; charset=utf-8", more: str = "") -> bytes:
    """Any whole answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def shelf(number: int, *, following: str | None = None) -> bytes:
    """A page of the catalogue, with a link to the next one."""
    first = (number - 1) * SHELF + 1
    rows = (_row(item) for item in range(first, first + SHELF))
    usual = f"/catalog?page={number + 1}" if number < SHELVES else ""
    link = usual if following is None else following
    nav = f'<nav><a rel="next" href="{link}">Next</a></nav>' if link else ""
    return html(f"<h1>Catalog</h1><table>{''.join(rows)}</table>{nav}")


def _row(number: int) -> str:
    return f'<tr><td><a href="/catalog/{number}">Item {number}</a></td><td>1.05</td><td>yes</td></tr>'


def item(number: int, name: str | None = None, more: str = "") -> bytes:
    """A page of an item, with more HTML behind it."""
    text = escape(name or f"Item {number}")
    return html(
        f"<h1>{text}</h1><p>Text</p><dl><dd>1.05</dd><dd>yes</dd></dl><p><a href=/catalog>Catalog</a></p>{more}"
    )


def usual(path: str) -> bytes:
    """What a sound site answers."""
    if path.startswith("/catalog?page="):
        return shelf(int(path.partition("=")[2]))
    if path.startswith("/catalog/"):
        return item(int(path.rpartition("/")[2].partition("?")[0]))
    return html("", "404 Not Found")


def site(special: Answer = lambda _: None) -> Script:
    """A site that is sound but for what is special."""
    return partial(_serve, special)


def _serve(special: Answer, talk: Talk) -> None:
    while True:
        path = talk.request().split(b" ", 2)[1].decode()
        talk.say(special(path) or usual(path))


def at(path: str, said: bytes) -> Answer:
    """Something special at one path."""
    return lambda asked: said if asked == path else None


def instead(path: str, act: Callable[[Talk], None]) -> Script:
    """At one path, something is done to the connection instead of an answer."""

    def serve(talk: Talk) -> None:
        while True:
            asked = talk.request().split(b" ", 2)[1].decode()
            if asked == path:
                act(talk)
            else:
                talk.say(usual(asked))

    return serve
