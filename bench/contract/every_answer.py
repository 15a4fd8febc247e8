"""The clauses that hold for every answer, whatever was requested."""

import re
from collections.abc import Iterator

from bench.contract.client import ENOUGH
from bench.contract.coding import undone
from bench.contract.message import Answer, Request
from bench.contract.operations import OPERATIONS
from bench.contract.violation import Violation

PROBLEM = "application/problem+json"
BODY_LIMIT = 65_536
UNCODED = "no Content-Encoding: no answer is coded"
_TYPES = tuple(
    (re.compile(operation.path.replace("{id}", "[^/]*")), operation.content_type)
    for operation in OPERATIONS
    if operation.content_type
)
"""The content types of the resources, by patterns of their paths."""
_STREAMED = frozenset(operation.path for operation in OPERATIONS if operation.streamed)


def violations(answer: Answer) -> Iterator[Violation]:
    """How an answer breaks the clauses that hold for all of them."""
    yield from _length(answer)
    yield from _connection(answer)
    if coding := answer.header("Content-Encoding"):
        yield _broken("content-type", answer, UNCODED, f"Content-Encoding: {coding}")
    plain = undone(answer)
    if plain is None:
        return
    yield from _content_type(plain)
    if answer.status >= 400 and answer.request.method != "HEAD":
        yield from _problem(plain)


def _length(answer: Answer) -> Iterator[Violation]:
    if answer.status != 200 or answer.request.path.partition("?")[0] not in _STREAMED:
        yield from _announced(answer)
    if answer.stray and answer.before:
        yield stray(answer.before, answer.stray)


def _announced(answer: Answer) -> Iterator[Violation]:
    if coding := answer.header("Transfer-Encoding"):
        yield _broken("content-length", answer, "no Transfer-Encoding", f"Transfer-Encoding: {coding}")
    lengths = ", ".join(answer.values("Content-Length"))
    if answer.status == 204 and lengths:
        yield _broken("content-length", answer, "no Content-Length with a 204", f"Content-Length: {lengths}")
    elif answer.request.method != "HEAD" and answer.status != 204 and lengths != str(len(answer.body)):
        got = f"Content-Length: {lengths}" if lengths else "no Content-Length"
        yield _broken("content-length", answer, "the length of the body as Content-Length", got)


def stray(request: Request, rest: bytes) -> Violation:
    """The violation of an answer that is followed by more bytes."""
    clause = "head" if request.method == "HEAD" else "content-length"
    return Violation(clause, str(request), "nothing after the end of the answer", f"more bytes: {rest[:60]!a}")


def _connection(answer: Answer) -> Iterator[Violation]:
    left_open = "a connection left open, on HTTP/1.1"
    if answer.reopened and answer.before and not _oversized(answer.before):
        yield Violation("keep-alive", str(answer.before), left_open, "a closed connection")
    if _oversized(answer.request) or answer.nth >= ENOUGH:
        return
    options = (answer.header("Connection") or "").lower()
    if "close" in options:
        yield _broken("keep-alive", answer, left_open, f"Connection: {options}")
    elif answer.version < 11:
        yield _broken("keep-alive", answer, left_open, "HTTP/1.0")


def _oversized(request: Request) -> bool:
    """Such a body may be refused unread, and then the connection is of no more use."""
    return request.body is not None and len(request.body) > BODY_LIMIT


def _content_type(answer: Answer) -> Iterator[Violation]:
    expected = _expected_type(answer)
    if expected is None:
        return
    sent = answer.header("Content-Type")
    got = "no Content-Type" if sent is None else f"Content-Type: {sent}"
    if answer.media_type() != expected:
        clause = "problem" if expected == PROBLEM else "content-type"
        yield _broken(clause, answer, f"Content-Type: {expected}", got)
    elif not _charset_fits(sent or ""):
        yield _broken("content-type", answer, "charset=utf-8, or no charset", got)
    try:
        answer.body.decode("utf-8")
    except UnicodeDecodeError:
        yield _broken("content-type", answer, "UTF-8", ascii(answer.body[:60]))


def _expected_type(answer: Answer) -> str | None:
    if answer.status >= 400:
        return PROBLEM
    if answer.status not in (200, 201) or answer.request.method == "OPTIONS":
        return None
    path = answer.request.path.partition("?")[0]
    return next((content_type for resource, content_type in _TYPES if resource.fullmatch(path)), None)


def _charset_fits(content_type: str) -> bool:
    parameters = (part.strip().lower() for part in content_type.split(";")[1:])
    charsets = [part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")]
    return all(charset == "utf-8" for charset in charsets)


def _problem(answer: Answer) -> Iterator[Violation]:
    try:
        document = answer.json()
    except ValueError as fault:
        yield _broken("problem", answer, "a body of JSON", f"{answer.summary()} ({fault})")
        return
    if not isinstance(document, dict):
        yield _broken("problem", answer, "an object", answer.summary())
        return
    status, title = document.get("status"), document.get("title")
    if type(status) is not int or status != answer.status:
        yield _broken("problem", answer, f'"status": {answer.status}', f'"status": {status!r}')
    if not isinstance(title, str) or not title:
        yield _broken("problem", answer, 'a non-empty string as "title"', f'"title": {title!r}')
    if answer.status == 422 and not (isinstance(errors := document.get("errors"), dict) and errors):
        yield _broken("problem", answer, 'an object as "errors", naming what is wrong', f'"errors": {errors!r}')


def _broken(clause: str, answer: Answer, expected: str, got: str) -> Violation:
    return Violation(clause, str(answer.request), expected, got)
