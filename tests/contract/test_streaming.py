"""The framing of a stream, as it is heard."""

import pytest

from bench.contract.checks.streaming import sizes


def test_chunks_are_counted_up_to_the_last() -> None:
    assert sizes(b"5\r\nhello\r\nA;x=1\r\n0123456789\r\n0\r\n\r\nmore") == [5, 10]
    assert sizes(b"0\r\n\r\n") == []


@pytest.mark.parametrize(
    "framed", [b"", b"hello", b"5\r\nhello", b"5\r\nhello\r\n", b"5\r\nhello!\r\n0\r\n\r\n", b"-2\r\n\r\n", b"x\r\n"]
)
def test_another_framing_is_refused(framed: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        sizes(framed)
