"""Foreign text and requests as a reader of a violation sees them: nothing tidied, and the bytes that decide. Pure."""

import shlex
from itertools import takewhile

from bench.contract.message import Request

_SHORT = 100
_BEFORE, _PART = 20, 60
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
