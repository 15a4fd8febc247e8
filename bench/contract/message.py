"""Requests as they are sent and answers as they came, without any clean-up."""

import json
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
_SHORT = 100


@dataclass(frozen=True, slots=True)
class Request:
    """One request; a body of None sends no `Content-Length` either.

    `headers` are whole lines beside the usual ones: a `Host` or `Content-Length` among them stands in place of those,
    and an empty one sends none. A `version` of HTTP other than 1.1 is said in the request line.
    """

    method: str
    path: str
    body: bytes | None = None
    content_type: str | None = JSON
    headers: tuple[str, ...] = ()
    version: str = "1.1"

    def __str__(self) -> str:
        odd = [f"HTTP/{self.version}"] * (self.version != "1.1") + [_shorten(header) for header in self.headers]
        line = f"{self.method} {_shorten(self.path)}{_bracketed(odd)}"
        if self.body is None:
            return line
        kind = "" if self.content_type == JSON else f" [{self.content_type or 'no Content-Type'}]"
        return f"{line}{kind} {_readable(self.body)}"

    def on_the_wire(self, host: str, *, closing: bool = False) -> bytes:
        """The bytes to send to `host`; `closing` asks the server to close the connection after its answer."""
        lines = ["User-Agent: fairground-verify", "Accept: */*"]
        if self.body is not None:
            lines.append(f"Content-Length: {len(self.body)}")
            if self.content_type is not None:
                lines.append(f"Content-Type: {self.content_type}")
        if closing:
            lines.append("Connection: close")
        own = {header.partition(":")[0].lower() for header in self.headers}
        usual = [line for line in (f"Host: {host}", *lines) if line.partition(":")[0].lower() not in own]
        sent = [header for header in self.headers if header.partition(":")[2]]
        lines = [f"{self.method} {self.path} HTTP/{self.version}", *usual, *sent]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (self.body or b"")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, and the state of the connection that it came over."""

    request: Request
    version: int
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    nth: int = 1
    """Its number among the answers on its connection, from 1."""
    before: Request | None = None
    """The request before this one, if the connection was to be used again."""
    reopened: bool = False
    """The server had closed the connection after the answer to `before`."""
    stray: bytes = b""
    """What the server sent after the end of the answer to `before`."""

    def values(self, name: str) -> list[str]:
        """Every value of a header, as sent."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next(iter(self.values(name)), None)

    def media_type(self) -> str:
        """`Content-Type` without parameters, in lower case; empty if there is none."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as strict JSON; raises ValueError for anything else."""
        try:
            return json.loads(self.body.decode("utf-8"), parse_constant=_refuse)
        except RecursionError:
            raise ValueError("nested too deep") from None

    def summary(self) -> str:
        """Status and the beginning of the body, for a reader."""
        return f"{self.status} {_readable(self.body)}".rstrip()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What came over a connection: the answers, whether the server was seen to close it after them, and in words what
    was in place of the next answer; `hung` says that it was nothing, for as long as the client waited.
    """

    answers: tuple[Answer, ...]
    closed: bool = False
    fault: str = ""
    hung: bool = False

    def summary(self) -> str:
        """All of it, for a reader."""
        return ", then ".join([*(answer.summary() for answer in self.answers), *filter(None, [self.fault])])


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _readable(body: bytes) -> str:
    """A body in one line: JSON as it came, and any other text as a literal, so that no space or line end is lost."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _cut(repr(body), len(body))
    plain = text.isprintable() and text[:1] in ("{", "[", "")
    return _cut(text if plain else repr(text), len(body))


def _cut(shown: str, length: int) -> str:
    return shown if len(shown) <= _SHORT else f"{shown[: _SHORT - 20]} ... ({length:,} bytes)"


def _bracketed(words: list[str]) -> str:
    return f" [{', '.join(words)}]" if words else ""


def _shorten(path: str) -> str:
    return path if len(path) <= _SHORT else f"{path[: _SHORT - 20]} ... ({len(path):,} characters)"
