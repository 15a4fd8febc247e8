"""Feeds that can be read at any moment: however the crawl ends, what was settled before is there and whole.

Scrapy's own storage writes whenever a buffer is full, in the middle of an item. Here what was exported waits in memory
until it is settled; then it is written with whatever closes the document behind it, over which the next one is written.
"""

import os
from contextlib import suppress
from io import RawIOBase
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_CLOSINGS = {"json": b"\n]", "xml": b"\n</items>"}


class SettledFile(RawIOBase):
    """A file of which each settled state is a whole document; `closing` is what such a document ends in.

    `failed` says why it could not be written, once it could not.
    """

    def __init__(self, path: Path, closing: bytes) -> None:
        super().__init__()
        self._path, self._closing = path, closing
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        self._waiting = bytearray()
        self._end = 0
        self.failed: str | None = None

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Keep in memory until `settle`."""
        self._waiting += data
        return len(data)

    def settle(self, *, last: bool = False) -> None:
        """Write what waits; raises OSError where the disk will not take it, and then leaves what was settled before."""
        if not self._waiting:
            return
        closing = b"" if last else self._closing
        try:
            _write(self._descriptor, bytes(self._waiting) + closing, self._end)
        except OSError as error:
            self.failed = f"{self._path.name} cannot be written: {error.strerror}"
            with suppress(OSError):  # the room that this takes had been taken before
                os.ftruncate(self._descriptor, self._end)
                _write(self._descriptor, self._closing if self._end else b"", self._end)
            raise
        self._end += len(self._waiting)
        self._waiting.clear()

    def close(self) -> None:
        """Settle for good."""
        if not self.closed:
            try:
                self.settle(last=True)
                os.ftruncate(self._descriptor, self._end)
            finally:
                os.close(self._descriptor)
                super().close()


class SettledStorage:
    """Where Scrapy's exporters write."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any]) -> None:
        self._path = Path(unquote(urlsplit(uri).path))
        self._closing = _CLOSINGS.get(feed_options["format"], b"")

    def open(self, spider: object) -> SettledFile:  # noqa: ARG002  (Scrapy's signature)
        """Make the file anew."""
        return SettledFile(self._path, self._closing)

    def store(self, file: SettledFile) -> None:
        """The crawl is over."""
        file.close()


def _write(descriptor: int, data: bytes, at: int) -> None:
    while data:
        written = os.pwrite(descriptor, data, at)
        data, at = data[written:], at + written
