"""HTTP/1.1 answers as bytes: where one ends, and whether it is valid. Pure."""

from dataclasses import dataclass
from functools import lru_cache

HEAD_END = b"\r\n\r\n"
LARGEST_HEAD_BYTES = 64 * 1024
LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
"""More than any operation needs; a server that sends without end is cut off here."""

CHUNKED, UNTIL_CLOSE, INTERIM = -1, -2, -3
"""Bodies whose length no number announces: in chunks; up to the end of the connection; none, the final answer follows.
"""

heads: "dict[bytes, Head]" = {}
"""Heads that were parsed before. They repeat, but for the date, which moves once a second."""

_HEADS_KEPT = 4096
_SIZES_KEPT = 256
"""The sizes of chunks repeat."""
_VERSIONS = (b"HTTP/1.1 ", b"HTTP/1.0 ")
_FRAMING = frozenset((b"connection", b"content-length", b"transfer-encoding"))
_HEX = frozenset(b"0123456789abcdefABCDEF")
_DIGITS = 18


class ExchangeError(Exception):
    """An exchange that gave no whole answer, or one with the wrong status. Never counted as throughput.

    `kind` is one of a few words: refused, reset, closed (before an answer), truncated (within one), malformed,
    timed out, `status NNN`.
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of an answer says of its end: `length` is the body's in bytes, or one of the constants above."""

    status: int
    length: int
    close: bool


def body(answer: bytes) -> bytes:
    """The part of a whole answer after its head."""
    return answer[answer.find(HEAD_END) + len(HEAD_END) :]


class IncomingAnswer:
    """One answer, read segment by segment.

    `add` says whether it is whole. After that `head` describes it, and `content` is its head and its body without the
    framing of chunks.
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self._head: Head | None = None
        self._body = 0
        self._chunks: list[bytes] = []
        self._chunk = 0

    @property
    def head(self) -> Head:
        """The head of an answer that is whole."""
        assert self._head
        return self._head

    def content(self) -> bytes:
        """Head and body of an answer that is whole."""
        if self.head.length == CHUNKED:
            return bytes(self._data[: self._body]) + b"".join(self._chunks)
        return bytes(self._data)

    def add(self, segment: bytes) -> bool:
        """Add the bytes that were read; True once the answer is whole. Raises ExchangeError `malformed`."""
        self._data += segment
        if len(self._data) > LARGEST_ANSWER_BYTES:
            raise ExchangeError("malformed", f"an answer of more than {LARGEST_ANSWER_BYTES >> 20} MiB")
        while self._head is None:
            if not self._read_head():
                return False
        end = self._end()
        if end is None:
            return False
        if end < len(self._data):
            raise ExchangeError("malformed", "more bytes came than the answer holds")
        return True

    def finish(self) -> None:
        """Note the end of the connection; raises ExchangeError `closed` or `truncated` unless this answer ends that
        way.
        """
        if not self._data:
            raise ExchangeError("closed", "the connection ended before an answer")
        if self._head is None or self._head.length != UNTIL_CLOSE:
            raise ExchangeError("truncated", f"the connection ended after {len(self._data)} bytes of an answer")

    def _read_head(self) -> bool:
        end = self._data.find(HEAD_END) + 4
        if end < 4:
            _check_start(self._data)
            return False
        head = known_head(bytes(self._data[:end]))
        if head.length == INTERIM:
            del self._data[:end]
        else:
            self._head, self._body, self._chunk = head, end, end
        return True

    def _end(self) -> int | None:
        """The index at which the answer ends; None before it has come."""
        length = self.head.length
        if length == CHUNKED:
            return self._end_of_chunks()
        end = self._body + length
        return end if length >= 0 and end <= len(self._data) else None

    def _end_of_chunks(self) -> int | None:
        data = self._data
        while (line_end := data.find(b"\r\n", self._chunk)) >= 0:
            size, start = _chunk_size(bytes(data[self._chunk : line_end])), line_end + 2
            if size == 0:
                return _end_of_trailers(data, start)
            end = start + size
            if len(data) < end + 2:
                return None
            if data[end : end + 2] != b"\r\n":
                raise ExchangeError("malformed", "a chunk that is longer than it says")
            self._chunks.append(bytes(data[start:end]))
            self._chunk = end + 2
        return None


def known_head(raw: bytes) -> Head:
    """`parse_head`, once for each head."""
    head = heads.get(raw)
    if head is None:
        if len(heads) >= _HEADS_KEPT:
            heads.clear()
        head = heads[raw] = parse_head(raw)
    return head


def parse_head(raw: bytes) -> Head:
    """Parse a head, its blank line included; raises ExchangeError `malformed` for anything else."""
    first, *lines = raw.removesuffix(HEAD_END).split(b"\r\n")
    status = _status(first)
    fields: dict[bytes, set[bytes]] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not name or name != name.strip():
            raise ExchangeError("malformed", f"header line {line[:60]!r}")
        if (name := name.lower()) in _FRAMING:
            fields.setdefault(name, set()).update(part.strip().lower() for part in value.split(b","))
    options = fields.get(b"connection", set())
    close = b"close" in options or (first.startswith(b"HTTP/1.0") and b"keep-alive" not in options)
    length = _length(status, fields)
    return Head(status, length, close or length == UNTIL_CLOSE)


def _check_start(data: bytearray) -> None:
    """Raise ExchangeError `malformed` where no answer begins like this, so that nobody waits for its end."""
    if not any(version.startswith(data[:9]) for version in _VERSIONS):
        raise ExchangeError("malformed", f"no HTTP answer: {bytes(data[:60])!r}")
    if len(data) > LARGEST_HEAD_BYTES:
        raise ExchangeError("malformed", "a head without an end")


def _status(line: bytes) -> int:
    code = line[9:12]
    sound = len(code) == 3 and code.isdigit() and code >= b"100" and line[12:13] in (b"", b" ")
    if not line.startswith(_VERSIONS) or not sound:
        raise ExchangeError("malformed", f"status line {line[:60]!r}")
    return int(code)


def _length(status: int, fields: dict[bytes, set[bytes]]) -> int:
    if status == 101:
        raise ExchangeError("malformed", "another protocol, which nobody asked for")
    if status < 200:
        return INTERIM
    if status in (204, 304):
        return 0
    lengths, codings = fields.get(b"content-length"), fields.get(b"transfer-encoding")
    if codings is not None:
        if codings != {b"chunked"} or lengths is not None:
            raise ExchangeError("malformed", "a transfer encoding other than chunked alone")
        return CHUNKED
    if lengths is None:
        return UNTIL_CLOSE
    length = min(lengths)
    if len(lengths) > 1 or not length.isdigit() or len(length) > _DIGITS:
        raise ExchangeError("malformed", f"content length {b', '.join(sorted(lengths))[:60]!r}")
    return int(length)


@lru_cache(_SIZES_KEPT)
def _chunk_size(line: bytes) -> int:
    digits = line.split(b";")[0].strip(b" \t")
    if not digits or set(digits) - _HEX or len(digits) > _DIGITS:
        raise ExchangeError("malformed", f"chunk size {line[:40]!r}")
    return int(digits, 16)


def _end_of_trailers(data: bytearray, at: int) -> int | None:
    if data.startswith(b"\r\n", at):
        return at + 2
    end = data.find(HEAD_END, at) + 4
    return None if end < 4 else end
