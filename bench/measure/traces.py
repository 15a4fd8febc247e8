"""What servers leave behind under load beside their answers: words in their logs, threads, other processes."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.host.clock import REPLACED
from bench.suts.servers import Server
from bench.words import one_line

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Traces:
    """A server at one moment."""

    pids: frozenset[int]
    threads: int
    log_bytes: int


@dataclass(frozen=True, slots=True)
class Left:
    """What a rotation has left of a server: how many threads more, how much longer a log, and its last line; and
    whether its processes are others than before.
    """

    threads: int
    log_bytes: int
    last_words: str
    replaced: bool

    def reason(self, reason: str) -> str:
        """Why a cell is no measurement, with what the server itself said last."""
        return f"{reason}; the end of its log: {self.last_words}" if self.last_words else reason

    def trouble(self) -> str | None:
        """Why the cell is no measurement whatever it says: its processes are not those whose CPU time was counted."""
        return REPLACED if self.replaced else None


def of(servers: Mapping[str, Server]) -> dict[str, Traces]:
    """How servers are now, by SUT."""
    return {sut: _traces(server) for sut, server in servers.items()}


def since(before: Mapping[str, Traces], servers: Mapping[str, Server]) -> dict[str, Left]:
    """What servers have left since then, by SUT."""
    return {sut: _left(before[sut], server) for sut, server in servers.items()}


def _traces(server: Server) -> Traces:
    pids = server.pids()
    return Traces(frozenset(pids), server.host.threads(pids), server.log_bytes())


def _left(before: Traces, server: Server) -> Left:
    now = _traces(server)
    words = server.last_words(before.log_bytes)
    return Left(
        max(now.threads - before.threads, 0),
        max(now.log_bytes - before.log_bytes, 0),
        one_line(words)[:_LONGEST],
        now.pids != before.pids,
    )
