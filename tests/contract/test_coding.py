"""A body is read whatever its coding, as far as that is known here, and never taken for what it is not."""

import gzip
import zlib

import pytest

from bench.contract.coding import plain, undone
from bench.contract.message import Answer, Request

HELLO = b'{"message":"Hello, World!"}'


def bare(body: bytes) -> bytes:
    """Deflated, without the head that the coding should have."""
    packed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packed.compress(body) + packed.flush()


def answer(coding: str, body: bytes) -> Answer:
    return Answer(Request("GET", "/json"), 11, 200, (("Content-Encoding", coding),), body)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(HELLO, mtime=0)),
        ("GZIP", gzip.compress(HELLO, mtime=0)),
        ("x-gzip", gzip.compress(HELLO, mtime=0)),
        ("deflate", zlib.compress(HELLO)),
        ("deflate", bare(HELLO)),
        ("identity", HELLO),
        ("gzip", HELLO),
    ],
)
def test_what_is_known_is_undone(coding: str, body: bytes) -> None:
    came = undone(answer(coding, body))
    assert came is not None
    assert came.body == HELLO


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip"])
def test_what_is_not_known_cannot_be_read(coding: str) -> None:
    coded = answer(coding, HELLO[::-1])
    assert undone(coded) is None
    assert plain(coded) is coded
    head = answer(coding, b"")
    assert undone(head) is head, "nothing is there to be read"


def test_half_a_body_is_left_as_it_came() -> None:
    half = gzip.compress(HELLO, mtime=0)[:-9]
    assert plain(answer("gzip", half)).body == half
