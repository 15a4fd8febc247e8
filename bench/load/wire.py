"""HTTP/1.1 answers as bytes: where one ends, and whether it is one at all. Pure."""

from dataclasses import dataclass

HEAD_END = b"\r\n\r\n"
LARGEST_HEAD_BYTES = 64 * 1024
_HEX = frozenset(b"0123456789abcdefABCDEF")


class ExchangeError(Exception):
    """An exchange that gave no whole answer; `kind` says how, in a word or two. Never counted as throughput."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of an answer says of its end.

    `length` is the body's length in bytes; -1 for a chunked body, -2 for one that ends with the connection.
    """

    status: int
    length: int
    close: bool


CHUNKED, UNTIL_CLOSE = -1, -2


def parse_head(data: bytes) -> Head:
    """Read a head (without its closing blank line); raises ExchangeError `malformed` for what is none."""
    lines = data.split(b"\r\n")
    status = _status(lines[0])
    fields: dict[bytes, bytes] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if not colon or not name or name != name.strip():
            raise ExchangeError("malformed", f"header line {line[:60]!r}")
        fields[name.lower()] = value.strip()
    close = fields.get(b"connection", b"").lower() == b"close" or lines[0].startswith(b"HTTP/1.0")
    return Head(status, _length(status, fields), close)


def _status(line: bytes) -> int:
    if not line.startswith((b"HTTP/1.1 ", b"HTTP/1.0 ")) or not line[9:12].isdigit():
        raise ExchangeError("malformed", f"status line {line[:60]!r}")
    return int(line[9:12])


def _length(status: int, fields: dict[bytes, bytes]) -> int:
    if status in (204, 304):
        return 0
    if b"transfer-encoding" in fields:
        if fields[b"transfer-encoding"].lower() != b"chunked":
            raise ExchangeError("malformed", "an unknown transfer encoding")
        return CHUNKED
    value = fields.get(b"content-length")
    if value is None:
        return UNTIL_CLOSE
    if not value.isdigit():
        raise ExchangeError("malformed", f"content length {value[:40]!r}")
    return int(value)


def decode_chunked(data: bytes, start: int) -> tuple[bytes, int] | None:
    """The body of a chunked answer and where it ended, or None while more has to come.

    Raises ExchangeError `malformed` for a size that is no hexadecimal number or a chunk that overruns.
    """
    parts: list[bytes] = []
    at = start
    while (line_end := data.find(b"\r\n", at)) >= 0:
        size = _chunk_size(data[at:line_end])
        chunk = line_end + 2
        if size == 0:
            return _trailer_end(data, chunk, b"".join(parts))
        if len(data) < chunk + size + 2:
            return None
        if data[chunk + size : chunk + size + 2] != b"\r\n":
            raise ExchangeError("malformed", "a chunk that is longer than it says")
        parts.append(data[chunk : chunk + size])
        at = chunk + size + 2
    return None


def _chunk_size(line: bytes) -> int:
    digits = line.split(b";")[0].strip()
    if not digits or set(digits) - _HEX:
        raise ExchangeError("malformed", f"chunk size {line[:40]!r}")
    return int(digits, 16)


def _trailer_end(data: bytes, at: int, body: bytes) -> tuple[bytes, int] | None:
    if data.startswith(b"\r\n", at):
        return body, at + 2
    end = data.find(HEAD_END, at)
    return None if end < 0 else (body, end + 4)
