"""The optional group `stream`: a body without a length, in chunks, that is whole all the same."""

from bench.contract.checks import answers
from bench.contract.clauses import Checks
from bench.contract.fields import encode, fields
from bench.contract.message import Answer, Request
from bench.contract.operations.stream import LINES, STREAM, whole
from bench.contract.resources import METHODS
from bench.contract.shop import Shop
from bench.words import counted

check = Checks()

_METHODS = frozenset({STREAM.method})
_REQUEST = Request(STREAM.method, STREAM.path)
_TIMES = 3


@check("stream")
def all_lines_come_in_chunks_as_they_are_made(shop: Shop) -> None:
    for _ in range(_TIMES):
        _expect_lines(shop, shop.send(_REQUEST))
    _expect_chunks(shop)
    # A server that cannot say that nothing comes may close the connection.
    answer = shop.ask_alone("HEAD", STREAM.path)
    shop.expect_status(answer, 200)
    _expect_lines_in_older_http(shop)
    for method in METHODS:
        if method not in _METHODS:
            body = encode(fields()) if method in ("POST", "PUT", "PATCH") else None
            answers.expect_refused_method(shop, shop.ask(method, STREAM.path, body), _METHODS)
    _expect_lines(shop, shop.send(_REQUEST))


def _expect_lines(shop: Shop, answer: Answer) -> None:
    if shop.expect_status(answer, 200) and answer.body != whole():
        got = f"{len(answer.body):,} bytes, {_apart(answer.body)}"
        shop.note(answer.request, f"{LINES:,} lines of 64 bytes, by number", got)


def _expect_chunks(shop: Shop) -> None:
    """A body that was made before it was sent comes with its length, or in one chunk."""
    heard = shop.client.overhear(_REQUEST)
    head, _, framed = heard.partition(b"\r\n\r\n")
    names = {line.partition(b":")[0].strip().lower() for line in head.split(b"\r\n")[1:]}
    wanted = "several chunks, and no Content-Length"
    try:
        count = len(sizes(framed))
    except ValueError as fault:
        shop.note(_REQUEST, wanted, "a Content-Length" if b"content-length" in names else str(fault))
        return
    if count < 2 or b"content-length" in names:
        shop.note(_REQUEST, wanted, counted(count, "chunk"))


def _expect_lines_in_older_http(shop: Shop) -> None:
    """Rocket ends such a body after its first piece."""
    older = Request(STREAM.method, STREAM.path, version="1.0")
    heard = shop.exchange((shop.on_the_wire(older),), older)
    bodies = [answer.body for answer in heard.answers if answer.status == 200]
    if not bodies or not bodies[0] or not whole().startswith(bodies[0]):
        shop.note(older, "200 and the lines of the stream, or the first of them", heard.summary())


def sizes(framed: bytes) -> list[int]:
    """The sizes of a body's chunks, without the last one, which is empty; raises ValueError for another framing."""
    seen, at = list[int](), 0
    while (end := framed.find(b"\r\n", at)) >= 0:
        size = int(framed[at:end].partition(b";")[0], 16)
        at = end + 2 + size
        if size == 0:
            return seen
        if size < 0 or framed[at : at + 2] != b"\r\n":
            break
        seen.append(size)
        at += 2
    raise ValueError("no body in chunks, or one without an end")


def _apart(body: bytes) -> str:
    """Where a body leaves off being that of the stream."""
    lines = zip(body.splitlines(keepends=True), whole().splitlines(keepends=True), strict=False)
    right = next((number for number, (came, wanted) in enumerate(lines) if came != wanted), None)
    return (
        "which begin rightly"
        if right is None
        else f"of which the line {right + 1} is {body.splitlines()[right][:80]!a}"
    )
