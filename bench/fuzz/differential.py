"""Several servers asked the same, one request after the other, until they differ."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from bench.contract import every_answer
from bench.contract.backdoor import Backdoor
from bench.contract.client import Client, NoAnswer
from bench.contract.fields import identical
from bench.contract.message import Answer, Request
from bench.contract.page import Page
from bench.model import Item

_BODY_ERRORS = {400, 413, 415, 422}
_LONGEST = 300
"""In characters: more of what an answer shows is not printed."""
_OPTIONAL = {"HEAD", "OPTIONS"}
"""Methods that `Allow` may leave out."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the servers, and the table that it alone uses."""

    name: str
    client: Client
    database: Backdoor


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the contract lets a client see of an answer: no words, no order of members, no headers of the server's."""

    status: int
    media_type: str = ""
    shown: Any = None
    summary: str = ""

    def equals(self, other: "_Outcome") -> bool:
        """Alike for every client."""
        return (self.status, self.media_type) == (other.status, other.media_type) and identical(self.shown, other.shown)

    def in_words(self) -> str:
        """For a reader, with what decided."""
        return f"{self.summary} [{self.media_type or 'no type'}] {ascii(self.shown)[:_LONGEST]}"


@dataclass(frozen=True, slots=True)
class Difference:
    """Requests after which the servers differ, and in words what each of them gave, by name.

    `left_open` says that the contract allows it.
    """

    steps: tuple[Request, ...]
    seen: Mapping[str, str]
    left_open: bool = False


def play(sides: Sequence[Side], steps: Sequence[Request]) -> Difference | None:
    """Send the same to all sides; the first difference that the contract does not leave open, or else the first that
    it does. The tables, which are equal at the start, are put back at the end.

    Raises ServerError where a server has died, and DatabaseError where a table cannot be read.
    """
    before = sides[0].database.rows()
    difference = _ask_all(sides, steps)
    tables = {side.name: side.database.rows() for side in sides}
    for side in sides:
        side.database.repair(before, tables[side.name])
    if difference and not difference.left_open:
        return difference
    return _differing_tables(tables, steps, before) or difference


def shortened(sides: Sequence[Side], difference: Difference) -> Difference:
    """The same with as few requests as tell two sides apart: each that can be left out is."""
    shortest = difference
    part = max(len(shortest.steps) // 2, 1)
    while part:
        at = 0
        while at < len(shortest.steps):
            rest = (*shortest.steps[:at], *shortest.steps[at + part :])
            smaller = play(sides, rest) if rest else None
            if smaller and smaller.left_open == difference.left_open:
                shortest = smaller
            else:
                at += part
        part //= 2
    return shortest


def _ask_all(sides: Sequence[Side], steps: Sequence[Request]) -> Difference | None:
    left_open = None
    for number, step in enumerate(steps, 1):
        outcomes = {side.name: _outcome(side, step) for side in sides}
        first, *others = outcomes.values()
        if all(first.equals(other) for other in others) and 0 < first.status < 500:
            continue
        seen = {name: outcome.in_words() for name, outcome in outcomes.items()}
        difference = Difference(tuple(steps[:number]), seen, _leaves_open(step, list(outcomes.values())))
        if not difference.left_open:
            return difference
        left_open = left_open or difference
    return left_open


def _differing_tables(
    tables: Mapping[str, Mapping[int, Item]], steps: Sequence[Request], before: Mapping[int, Item]
) -> Difference | None:
    first, *others = tables.values()
    if all(first == other for other in others):
        return None
    common = set(first.items()).intersection(*(other.items() for other in others))
    seen = {name: _rows(set(table.items()) - common, len(table) - len(before)) for name, table in tables.items()}
    return Difference(tuple(steps), seen)


def _rows(own: set[tuple[int, Item]], more: int) -> str:
    rows = ", ".join(ascii(item) for _, item in sorted(own, key=lambda pair: pair[0])[:2])
    return f"the table then has {more:+} rows, and not as everywhere {rows or 'none'}"


def _leaves_open(step: Request, outcomes: Sequence[_Outcome]) -> bool:
    """Whether a `PUT` with a bad body went to a missing item: 404, or the error of the body."""
    statuses = {outcome.status for outcome in outcomes}
    return step.method == "PUT" and 404 in statuses and statuses <= {404, *_BODY_ERRORS} and len(statuses) == 2


def _outcome(side: Side, step: Request) -> _Outcome:
    try:
        answer = side.client.send(step)
    except NoAnswer as fault:
        return _Outcome(0, summary=fault.what)
    broken = sorted({violation.clause for violation in every_answer.violations(answer)})
    if step.method == "OPTIONS" and answer.status in (200, 204, 405):
        return _Outcome(200, shown=[_allowed(answer), broken], summary=f"{answer.status} {_allowed(answer)} {broken}")
    shown = [_shown(answer, side.client.url), broken]
    summary = answer.summary() if not broken else f"{answer.summary()}, against {', '.join(broken)}"
    # Without a body, a type says nothing; some servers name one beside a 204.
    return _Outcome(answer.status, "" if answer.status == 204 else answer.media_type(), shown, summary)


def _shown(answer: Answer, url: str) -> Any:
    if answer.status == 405:
        return _allowed(answer)
    if answer.request.method == "HEAD" or not answer.body:
        return None
    match answer.media_type():
        case "application/json":
            return [_json(answer), _place(answer, url)]
        case every_answer.PROBLEM:
            document = _json(answer)
            errors = document.get("errors") if isinstance(document, dict) else None
            return sorted(errors) if isinstance(errors, dict) else None
        case "text/html":
            return _document(Page(answer.body))
        case _:
            return answer.body.hex()


def _document(page: Page) -> Any:
    lines = [(line.href, line.name, line.cells) for line in page.lines()]
    return [page.texts("h1"), lines, page.texts("p")[:1], page.texts("dd"), page.links("prev"), page.links("next")]


def _json(answer: Answer) -> Any:
    with suppress(ValueError):
        return answer.json()
    return ["no JSON", answer.body.hex()]


def _place(answer: Answer, url: str) -> str | None:
    location = answer.header("Location")
    return None if location is None else urlsplit(urljoin(url + answer.request.path, location)).path


def _allowed(answer: Answer) -> list[str]:
    methods = {method.strip() for value in answer.values("Allow") for method in value.split(",")}
    return sorted(methods - _OPTIONAL)
