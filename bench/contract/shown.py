"""Foreign text and requests as a reader of a violation sees them: nothing tidied, and the bytes that decide. Pure."""

import json
import shlex
from collections.abc import Collection
from itertools import takewhile

from bench.contract.fields import identical
from bench.contract.message import Request
from bench.contract.shapes import Document

_SHORT = 100
_BEFORE, _PART = 20, 60
_LOG_LINES = 12
_LONGEST_BODY = 2_000
"""In bytes; nobody copies a longer one from a terminal."""


def literal(got: str, expected: str = "") -> str:
    """A text as a literal; of a long one the part where it leaves `expected`, with its place."""
    at = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(got, expected, strict=False)))
    decisive = got[at : at + 1] + expected[at : at + 1]
    write = repr if decisive.isascii() else ascii  # else two spellings of one letter would look alike
    if len(got) <= _SHORT:
        return write(got)
    start = max(at - _BEFORE, 0)
    return f"{write(got[start : start + _PART])} from character {start} on, of {len(got):,}"


def curl(request: Request, url: str) -> str:
    """A command line that asks a server at `url` the same; empty where the body is too long to be copied."""
    if request.body is not None and len(request.body) > _LONGEST_BODY:
        return ""
    how = ("--head",) if request.method == "HEAD" else () if request.method == "GET" else ("-X", request.method)
    words = ["curl", "-i", "-g", "--path-as-is", *how]
    words += ["--http1.0"] * (request.version == "1.0")
    words += [word for header in request.headers for word in ("-H", header)]
    if request.body is None:
        return shlex.join([*words, f"{url}{request.path}"])
    words += ["-H", f"Content-Type:{'' if request.content_type is None else f' {request.content_type}'}"]
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if text.isprintable():
        return shlex.join([*words, "--data-binary", text, f"{url}{request.path}"])
    octets = "".join(f"\\{byte:03o}" for byte in request.body)
    return f"printf '{octets}' | {shlex.join([*words, '--data-binary', '@-', f'{url}{request.path}'])}"


def apart(members: Document, others: Document) -> str:
    """The members that differ from others of the same names, each as far as it shows where."""
    differing = {key: value for key, value in members.items() if not identical(value, others[key])}
    return ", ".join(f'"{key}": {_value(value, others[key])}' for key, value in differing.items())


def short(members: Document) -> str:
    """An object as JSON, or its beginning."""
    text = json.dumps(members, ensure_ascii=False)
    return ascii(text)[1:-1] if not text.isprintable() else text if len(text) <= 160 else f"{text[:140]} ..."


def listed(names: Collection[str]) -> str:
    """Names in one line."""
    return ", ".join(sorted(names)) or "nothing"


def end(log: str) -> str:
    """The last lines of a log."""
    return "\n".join(log.splitlines()[-_LOG_LINES:])


def _value(value: object, other: object) -> str:
    if isinstance(value, str):
        return literal(value, other if isinstance(other, str) else "")
    return json.dumps(value)
