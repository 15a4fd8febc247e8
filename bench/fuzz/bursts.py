"""Bytes drawn by lot as no proper client sends them: broken heads, lying lengths, ends before the end."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.contract.fields import encode, fields
from bench.contract.message import Request
from bench.fuzz.draws import Lot

_HOST = "localhost"
_END = b"\r\n\r\n"
_GET = Request("GET", "/plaintext").on_the_wire(_HOST)
_BODY = encode(fields(name="Burst"))
_POST = Request("POST", "/items", _BODY).on_the_wire(_HOST)
_TARGETS = (
    *(b"plaintext", b"?", b"*", b"http://", b"http://[", b"//x:y/", b"/plain\x00text", b"/caf\xc3\xa9", b"/%00%ff%zz"),
    *(b"/items/%", b"/plaintext HTTP/9.9", b"/plaintext x", b" /plaintext ", b"/plaintext\t", b"/#", b"/\\"),
)
_LINES = (
    *(b"GET", b"GET /plaintext", b"", b"\r\n\r\n", b"\x00\x01\x02", b" GET /plaintext HTTP/1.1"),
    *(
        b"GET\t/plaintext\tHTTP/1.1",
        b"GET /plaintext FTP/1.1",
        b"GET /plaintext HTTP/2.0",
        b"GET /plaintext HTTP/1.1\rHost: x\r",
        b"PRI * HTTP/2.0",
    ),
    *(b"G\xc3\x89T /plaintext HTTP/1.1", b"OPTIONS * HTTP/1.1", b"CONNECT x:80 HTTP/1.1", b"get /plaintext http/1.1"),
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"Z" * 200,
    *(b"GET %b HTTP/1.1\r\nHost: x" % target for target in _TARGETS),
)
_HEADERS = (
    *(b"no colon", b": no name", b"X : blank before", b" X: folded", b"X: a\r\n folded", b"X: \x00", b"X\x00: a"),
    *(b"X: \x7f\x01", b"X: caf\xc3\xa9", b"X\xc3\xa9: a", b"X: a\rY: b", b"X: a\nY: b", b"(X): a", b"X", b"X:"),
    *(b"X:\t\t", b"Host: y", b"Host: ///", b"Connection: ,", b"Connection: close, keep-alive", b"Connection: Host"),
    *(
        b"Upgrade: ,,",
        b"Expect: x",
        b"TE: ;",
        b"Trailer: Host",
        b"Content-Type: ;;;",
        b"Content-Encoding: gzip",
        b"Cookie: =;=;\x80",
    ),
    *(b"Range: bytes=9-1,", b"Accept: */*;q=x"),
)
_LENGTHS = (
    *(b"-1", b"+5", b"0x10", b"5, 5", b"5, 6", b"abc", b"", b" ", b"1e2", b"1_0", b"5;", b"\xb2", b"9" * 19, b"9" * 40),
    *(b"%d" % length for length in (2**32, 2**63, 2**64 + len(_BODY), len(_BODY) + 1, len(_BODY) + 10**6)),
)
_CODINGS = (
    *(b"chunked", b"Chunked", b"chunked, chunked", b"gzip, chunked", b"chunked, gzip", b"identity", b"xchunked"),
    *(b"\x0bchunked", b""),
)
_LAST = b"0\r\n\r\n"
_CHUNKS = (
    *(b"zz\r\n", b"-1\r\n", b"\r\n", b"5", b"5\r\nab", b"f" * 16 + b"\r\nx", b"1" * 40 + b"\r\nx"),
    *(
        b"0x5\r\nabcde\r\n" + _LAST,
        b"5;a=b\r\nabcde\r\n" + _LAST,
        b"5\nabcde\n0\n\n",
        b"5\r\nabcdeXX" + _LAST,
        b"0\r\nHost: y\r\n\r\n",
    ),
    *(b"0\r\nX: " + b"y" * 9000 + b"\r\n\r\n", b"1\r\n{\r\n" * 3, b"1\r\nx\r\n" * 2000 + _LAST, b"0\r\n"),
)


@dataclass(frozen=True, slots=True)
class Burst:
    """What is sent over one connection, in segments.

    `statuses` are those of the answers to come, in order: a server may close the connection after some of them. Without
    any, it may answer what it likes, or close. A client that `ends` says that no more comes, and waits for either; one
    that neither ends nor expects an answer leaves at once. At most so many `rows` may be written.
    """

    kind: str
    segments: tuple[bytes, ...]
    statuses: tuple[int, ...] = ()
    ends: bool = True
    rows: int = 0

    def __str__(self) -> str:
        sent = b"".join(self.segments)
        shown = ascii(sent[:240])[1:] + (f" ... ({len(sent):,} bytes)" if len(sent) > 240 else "")
        how = "" if len(self.segments) == 1 else f", in {len(self.segments):,} segments"
        return f"{self.kind}: {shown}{how}{'' if self.ends or self.statuses else ', and gone'}"


Draw = Callable[[Lot], Burst]


def draw(lot: Lot) -> Burst:
    """One of them."""
    return lot.choice(list(KINDS.values()))(lot)


def _bad_line(lot: Lot) -> Burst:
    return Burst("bad request line", (lot.choice(_LINES) + lot.choice((_END, _END, b"\n\n")),))


def _noise(lot: Lot) -> Burst:
    return Burst("noise", (lot.randbytes(lot.choice((1, 10, 500, 5000))),))


def _long_line(lot: Lot) -> Burst:
    part = lot.choice((b"a", b"/", b"%41", b"..//", b"?a=b&", b";"))
    return Burst("long request line", (b"GET /" + part * lot.choice((3000, 30_000)) + b" HTTP/1.1\r\nHost: x\r\n\r\n",))


def _bad_header(lot: Lot) -> Burst:
    lines = b"\r\n".join(lot.sample(_HEADERS, lot.randint(1, 3)))
    return Burst("bad header", (_GET.removesuffix(b"\r\n") + lines + b"\r\n\r\n",))


def _huge_header(lot: Lot) -> Burst:
    lines = b"X: " + b"y" * lot.choice((9000, 70_000, 300_000)) + b"\r\n"
    return Burst("huge header", (_GET.removesuffix(b"\r\n") + lines + b"\r\n",))


def _many_headers(lot: Lot) -> Burst:
    lines = b"".join(b"X-%d: y\r\n" % number for number in range(lot.choice((90, 200, 3000))))
    return Burst("many headers", (_GET.removesuffix(b"\r\n") + lines + b"\r\n",))


def _lying_length(lot: Lot) -> Burst:
    right = b"Content-Length: %d" % len(_BODY)
    return Burst("length that lies", (_POST.replace(right, b"Content-Length: " + lot.choice(_LENGTHS)),))


def _short_length(lot: Lot) -> Burst:
    """What is beyond it is read as the next request."""
    head = b"POST /items HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return Burst("length too short", (head % lot.randint(0, len(_BODY) - 1) + _BODY,))


def _odd_coding(lot: Lot) -> Burst:
    head = b"POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + lot.choice(_CODINGS) + b"\r\n"
    head += lot.choice((b"", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n"))
    return Burst(
        "odd coding",
        (
            head
            + b"\r\n"
            + lot.choice(
                (b"5\r\nabcde\r\n0\r\n\r\n", b"abcde", b""),
            ),
        ),
    )


def _bad_chunks(lot: Lot) -> Burst:
    head = b"POST /items HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return Burst("bad chunks", (head + lot.choice(_CHUNKS),))


def _ends_early(lot: Lot) -> Burst:
    whole = lot.choice((_GET, _POST))
    return Burst("end before the end", (whole[: lot.randrange(len(whole))],))


def _goes_away(lot: Lot) -> Burst:
    whole = lot.choice((_GET, _POST))
    cut = lot.choice((0, lot.randrange(len(whole)), len(whole)))
    return Burst("client that leaves", (whole[:cut],), ends=False, rows=int(cut == len(_POST) and whole == _POST))


def _half_closed(lot: Lot) -> Burst:
    """A whole request, and no more to come: some servers take that for a client that has left."""
    method, whole = lot.choice((("GET", _GET), ("POST", _POST)))
    return Burst("half-closed connection", (whole,), rows=int(method == "POST"))


def _bytewise(lot: Lot) -> Burst:
    whole, status = lot.choice(((_GET, 200), (_POST, 201)))
    segments = tuple(whole[at : at + 1] for at in range(len(whole)))
    return Burst("one-byte segments", segments, (status,), ends=False, rows=int(status == 201))


def _pipelined(lot: Lot) -> Burst:
    asked = ((_GET, 200), (_POST, 201), (_MISSING, 404), (_REFUSED, 422))
    chosen = [lot.choice(asked) for _ in range(lot.randint(2, 12))]
    statuses = tuple(status for _, status in chosen)
    return Burst("pipelined", (b"".join(whole for whole, _ in chosen),), statuses, ends=False, rows=statuses.count(201))


def _more_behind(lot: Lot) -> Burst:
    return Burst(
        "noise behind a request", (_GET + lot.choice((b"\x00", b"\r\n\r\n", b"x" * 5000, *_LINES)),), (200,), ends=False
    )


_MISSING = Request("GET", "/items/0").on_the_wire(_HOST)
_REFUSED = Request("POST", "/items", b"{}").on_the_wire(_HOST)
_DRAWS: tuple[Draw, ...] = (
    *(_bad_line, _noise, _long_line, _bad_header, _huge_header, _many_headers, _lying_length, _short_length),
    *(_odd_coding, _bad_chunks, _ends_early, _goes_away, _half_closed, _bytewise, _pipelined, _more_behind),
)
KINDS: dict[str, Draw] = {draw_(Lot("", 1)).kind: draw_ for draw_ in _DRAWS}
"""Every kind of them, by its name."""
