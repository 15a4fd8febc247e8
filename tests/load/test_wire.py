"""Answers as bytes: however they are cut, the same is read; whatever is none is refused with one of a few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.load import wire
from bench.load.wire import ExchangeError, Head, IncomingAnswer, parse_head
from tests.contract.scripted import INTERIMS

NAMES = st.sampled_from(("Server", "Date", "X-Empty", "Content-Type", "X-Connection", "Set-Cookie"))
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30).map(str.strip)
HEADERS = st.lists(st.tuples(NAMES, VALUES).map(lambda pair: f"{pair[0]}: {pair[1]}"), max_size=4)
BODIES = st.binary(max_size=200)


def head(*lines: str) -> bytes:
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


def chunked(pieces: list[bytes], trailers: list[str]) -> bytes:
    chunks = b"".join(b"%x;note=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece)
    return chunks + b"0\r\n" + b"".join(f"{line}\r\n".encode() for line in trailers) + b"\r\n"


@st.composite
def answers(draw: st.DrawFn) -> tuple[bytes, Head, bytes]:
    """An answer as sent, its head as it must be read, and its body."""
    status = draw(st.sampled_from((200, 201, 404, 500)))
    lines = draw(HEADERS)
    close = draw(st.booleans())
    if close:
        lines.insert(0, "connection: Close")
    body = draw(BODIES)
    interim = draw(st.sampled_from((b"", *INTERIMS)))
    if draw(st.booleans()):
        pieces = [body[:7], body[7:]]
        sent = head(f"HTTP/1.1 {status} So it is", "Transfer-Encoding: chunked", *lines)
        return interim + sent + chunked(pieces, draw(HEADERS)), Head(status, wire.CHUNKED, close), body
    sent = head(f"HTTP/1.1 {status}", *lines, f"CONTENT-length:{len(body)}")
    return interim + sent + body, Head(status, len(body), close), body


def read(sent: bytes, cuts: list[int]) -> IncomingAnswer:
    answer = IncomingAnswer()
    edges = sorted({cut % len(sent) for cut in cuts} - {0})
    for start, end in zip([0, *edges], [*edges, len(sent)], strict=True):
        assert answer.add(sent[start:end]) is (end == len(sent))
    return answer


@given(answers(), st.lists(st.integers(0, 10**6), max_size=12))
def test_an_answer_is_the_same_wherever_it_is_cut(sample: tuple[bytes, Head, bytes], cuts: list[int]) -> None:
    sent, expected, body = sample
    answer = read(sent, cuts)
    assert answer.head == expected
    assert answer.content().split(b"\r\n\r\n", 1)[1] == body


@given(answers())
def test_an_answer_is_the_same_byte_by_byte(sample: tuple[bytes, Head, bytes]) -> None:
    sent, expected, body = sample
    answer = read(sent, list(range(len(sent))))
    assert (answer.head, answer.content().split(b"\r\n\r\n", 1)[1]) == (expected, body)


@given(answers(), st.binary(min_size=1, max_size=5), st.booleans())
def test_bytes_after_an_answer_are_malformed(sample: tuple[bytes, Head, bytes], more: bytes, at_once: bool) -> None:
    answer = IncomingAnswer()
    with pytest.raises(ExchangeError, match="more bytes"):
        if at_once:
            answer.add(sample[0] + more)
        else:
            assert answer.add(sample[0])
            answer.add(more)


@given(answers(), st.integers(0, 10**6))
def test_an_answer_that_ends_early_is_closed_or_truncated(sample: tuple[bytes, Head, bytes], cut: int) -> None:
    answer, part = IncomingAnswer(), sample[0][: cut % len(sample[0])]
    assert not answer.add(part)
    with pytest.raises(ExchangeError) as caught:
        answer.finish()
    interim_alone = part in INTERIMS  # which is no part of the answer
    assert caught.value.kind == ("closed" if not part or interim_alone else "truncated")


@given(st.binary(max_size=300), st.lists(st.integers(0, 10**6), max_size=5))
def test_garbage_ends_in_one_of_the_words_or_is_waited_for(sent: bytes, cuts: list[int]) -> None:
    answer = IncomingAnswer()
    try:
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(sent)], strict=True):
            assert not answer.add(sent[start:end])
        answer.finish()
    except ExchangeError as error:
        assert error.kind in {"malformed", "closed", "truncated"}


@given(st.binary(max_size=60))
def test_any_head_is_read_or_malformed(tail: bytes) -> None:
    try:
        parse_head(b"HTTP/1.1 200 OK\r\n" + tail)
    except ExchangeError as error:
        assert error.kind == "malformed"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("HTTP/1.1 200 OK", "Content-Length: 5"), Head(200, 5, False)),
        (("HTTP/1.1 200", "Content-Length: 5", "content-length: 5"), Head(200, 5, False)),
        (("HTTP/1.1 200 ", "Content-Length: 5, 5"), Head(200, 5, False)),
        (("HTTP/1.1 200 OK", "Content-Length: 0", "Connection: keep-alive, CLOSE"), Head(200, 0, True)),
        (("HTTP/1.1 204 No Content",), Head(204, 0, False)),
        (("HTTP/1.1 304 Not Modified", "Content-Length: 9"), Head(304, 0, False)),
        (("HTTP/1.1 200 OK", "Transfer-Encoding: Chunked"), Head(200, wire.CHUNKED, False)),
        (("HTTP/1.1 200 OK",), Head(200, wire.UNTIL_CLOSE, True)),
        (("HTTP/1.0 200 OK", "Content-Length: 5"), Head(200, 5, True)),
        (("HTTP/1.0 200 OK", "Content-Length: 5", "Connection: Keep-Alive"), Head(200, 5, False)),
        (("HTTP/1.1 100 Continue",), Head(100, wire.INTERIM, False)),
    ],
)
def test_heads_say_where_their_answer_ends(lines: tuple[str, ...], expected: Head) -> None:
    assert parse_head(head(*lines)) == expected


@pytest.mark.parametrize(
    "lines",
    [
        ("",),
        ("HTTP/2 200 OK", "Content-Length: 5"),
        ("HTTP/1.1 20 OK", "Content-Length: 5"),
        ("HTTP/1.1 2000 OK", "Content-Length: 5"),
        ("HTTP/1.1 099 OK", "Content-Length: 5"),
        ("HTTP/1.1 101 Switching Protocols",),
        ("HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 6"),
        ("HTTP/1.1 200 OK", "Content-Length: -5"),
        ("HTTP/1.1 200 OK", "Content-Length: +5"),
        ("HTTP/1.1 200 OK", "Content-Length:"),
        ("HTTP/1.1 200 OK", "Content-Length: " + "9" * 5000),
        ("HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked"),
        ("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Content-Length: 5"),
        ("HTTP/1.1 200 OK", "Content-Length : 5"),
        ("HTTP/1.1 200 OK", " folded"),
        ("HTTP/1.1 200 OK", "no colon"),
        ("HTTP/1.1 200 OK", ": no name"),
    ],
)
def test_what_is_no_head_is_malformed(lines: tuple[str, ...]) -> None:
    with pytest.raises(ExchangeError) as caught:
        parse_head(head(*lines))
    assert caught.value.kind == "malformed"


@pytest.mark.parametrize(
    "body",
    [b"x\r\n", b"-1\r\n", b"\r\n", b"0x5\r\nHello\r\n", b"5\r\nHello World\r\n", b"f" * 40 + b"\r\n"],
)
def test_chunks_that_are_none_are_malformed(body: bytes) -> None:
    with pytest.raises(ExchangeError) as caught:
        IncomingAnswer().add(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + body)
    assert caught.value.kind == "malformed"


def test_nobody_waits_for_the_end_of_what_never_began() -> None:
    for sent in (b"garbage", b"HTTP/2", b"SSH-2.0-OpenSSH", b"\r\n"):
        with pytest.raises(ExchangeError, match="malformed"):
            IncomingAnswer().add(sent)


def test_a_head_and_an_answer_have_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExchangeError, match="without an end"):
        IncomingAnswer().add(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000)
    monkeypatch.setattr(wire, "LARGEST_ANSWER_BYTES", 2**20)
    answer = IncomingAnswer()
    assert not answer.add(head("HTTP/1.1 200 OK"))
    with pytest.raises(ExchangeError, match="more than 1 MiB"):
        answer.add(bytes(2**20))


def test_known_heads_are_kept_and_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "heads", {})
    for number in range(5000):
        assert wire.known_head(head("HTTP/1.1 200 OK", f"Content-Length: {number}")).length == number
    raw = head("HTTP/1.1 200 OK", "Content-Length: 7")
    assert wire.known_head(raw) is wire.known_head(raw)
    assert len(wire.heads) <= 4096
