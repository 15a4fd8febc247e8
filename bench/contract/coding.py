"""The coding of a body (gzip, say) that no request asked for: it is undone, so that it hides nothing else."""

import zlib
from contextlib import suppress
from dataclasses import replace

from bench.contract.message import Answer

_LARGEST_BODY = 16 * 1024 * 1024
_UNDONE = ("gzip", "x-gzip", "deflate")
_FORMATS = (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS)
"""With a head of gzip or of zlib, and with none, as some servers send `deflate`."""


def undone(answer: Answer) -> Answer | None:
    """The answer as it is without a coding; None for one that cannot be read here. A head alone may say anything."""
    coding = (answer.header("Content-Encoding") or "identity").lower()
    if coding == "identity" or not answer.body:
        return answer
    return replace(answer, body=_inflated(answer.body)) if coding in _UNDONE else None


def plain(answer: Answer) -> Answer:
    """The answer without a coding; as it came where that cannot be undone."""
    return undone(answer) or answer


def _inflated(body: bytes) -> bytes:
    """The body, or itself where it was never coded."""
    for bits in _FORMATS:
        with suppress(zlib.error):
            packed = zlib.decompressobj(bits)
            plain = packed.decompress(body, _LARGEST_BODY)
            if packed.eof and not packed.unused_data:
                return plain
    return body
