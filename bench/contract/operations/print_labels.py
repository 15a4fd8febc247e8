"""`print-labels`: a page of computed rows, from the framework's template engine; alone in the group `template`."""

import random
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from bench.contract.operations import rows
from bench.contract.operations.operation import Ask, Group, Operation
from bench.contract.page import Page, collapsed
from bench.model import Item

TEMPLATE = Group(
    "template",
    "a page from a template, and no database",
    required=False,
    clauses=("print-labels", "labels-text", "labels-pages"),
    files=("labels",),
)
LAST_PAGE = 1_000_000

_A_PAGE = 50
_DRAWN_PAGES = 1000
_TEXTS = ("Blue lamp", "Žlutý stan", "Ελιά", "折叠梯子", "<b>Half</b> price", 'Rock & Roll "live"', "Zoë's 🎪")


def labels(text: str, page: int) -> tuple[Item, ...]:
    """The rows of a page, in their order; a number is an id."""
    first = (page - 1) * _A_PAGE + 1
    numbers = range(first, first + _A_PAGE)
    return tuple(Item(number, f"{text} {number}", "", number * 7919 % 100_000, number % 3 != 0) for number in numbers)


def query(text: str, page: int | str) -> str:
    """The query string that asks for a page."""
    return f"?{urlencode({'page': page, 'text': text}, quote_via=quote)}"


def differs(shown: Page, text: str, page: int) -> str | None:
    """How a page differs from that of these labels, in words; None where it does not."""
    if (heads := shown.texts("h1")) != [collapsed(text)]:
        return f"{heads} instead of {collapsed(text)!r} as the <h1>"
    lines = [line.cells for line in shown.lines()]
    wanted = [(str(label.id), *rows.shown(label)) for label in labels(text, page)]
    if len(lines) != len(wanted):
        return f"{len(lines)} rows instead of {len(wanted)}"
    return next((f"{got} instead of {want}" for got, want in zip(lines, wanted, strict=True) if got != want), None)


def _draw(rng: random.Random) -> Ask:
    return PRINT_LABELS.ask(query=query(rng.choice(_TEXTS), rng.randint(1, _DRAWN_PAGES)))


def _check(ask: Ask, body: bytes) -> str | None:
    asked = parse_qs(urlsplit(ask.path).query)
    return differs(Page(body), asked["text"][0], int(asked["page"][0]))


PRINT_LABELS = Operation(
    id="print-labels",
    title="A page of fifty labels, from a template, no database",
    method="GET",
    path="/labels",
    draw=_draw,
    check=_check,
    data=False,
    content_type="text/html",
    group=TEMPLATE,
)
