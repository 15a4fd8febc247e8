"""The reader of HTTP answers that everything but the generator shares."""

from http.client import HTTPConnection, HTTPResponse

_ANOTHER_PROTOCOL = 101


class FinalResponse(HTTPResponse):
    """An answer behind whatever interim ones come before it, of which the standard library passes over 100 alone."""

    def begin(self) -> None:
        """Read the head of the answer that counts."""
        super().begin()
        while 100 <= self.status < 200 and self.status != _ANOTHER_PROTOCOL:
            self.headers = None  # type: ignore[assignment]  # else the head counts as read
            super().begin()
        # Blanks around a value are none of it (RFC 9110, 5.5); to the standard library "chunked " is another coding.
        if not self.chunked and self.headers.get("Transfer-Encoding", "").strip(" \t").lower() == "chunked":
            self.chunked, self.chunk_left, self.length = True, None, None


class FinalConnection(HTTPConnection):
    """The standard library's connection, which hands out such answers."""

    response_class = FinalResponse
