"""What servers leave behind under load beside their answers: words in their logs, threads, other processes, files."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from bench.host.clock import REPLACED
from bench.suts import code
from bench.suts.servers import Server
from bench.words import one_line

_LONGEST = 200
_MOST_FILES = 3
_USUAL = (".db", ".db-wal", ".db-shm", ".db-journal", ".log")
"""The ends of the names of the parts of a database, and of the log of a server."""
Stamp = tuple[int, int]
"""The size of a file in bytes, and when it was last written, in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Traces:
    """A server at one moment, with the files in the folder of its app and beside its database."""

    pids: frozenset[int]
    threads: int
    log_bytes: int
    files: Mapping[str, Stamp]


@dataclass(frozen=True, slots=True)
class Left:
    """What a rotation has left of a server: how many threads more, how much longer a log, and its last line; and
    whether its processes are others than before. `files` are those that changed.
    """

    threads: int
    log_bytes: int
    last_words: str
    replaced: bool
    files: tuple[str, ...] = ()

    def reason(self, reason: str) -> str:
        """Why a cell is no measurement, with what the server itself said last."""
        return f"{reason}; the end of its log: {self.last_words}" if self.last_words else reason

    def trouble(self) -> str | None:
        """Why the cell is no measurement whatever it says: its processes are not those whose CPU time was counted."""
        return REPLACED if self.replaced else None


def of(server: Server) -> Traces:
    """How a server is now."""
    pids = server.pids()
    return Traces(frozenset(pids), server.host.threads(pids), server.log_bytes(), _files(server))


def _files(server: Server) -> dict[str, Stamp]:
    """The files in the folder of the app, and beside its database those that are no part of that and no log."""
    own, beside = server.sut.app.folder, server.log.parent
    others = (path for path in beside.glob(f"{server.sut.id}.*") if not path.name.endswith(_USUAL))
    stamps: dict[str, Stamp] = {}
    with suppress(OSError):  # whoever removes files at this moment has changed them
        for folder, paths in ((own, code.files(own)), (beside, others)):
            for path in paths:
                seen = path.stat()
                stamps[path.relative_to(folder).as_posix()] = (seen.st_size, seen.st_mtime_ns)
    return stamps


def since(before: Traces, server: Server) -> Left:
    """What a server has left since then."""
    now = of(server)
    words = server.last_words(before.log_bytes)
    changed = {name for name, _ in before.files.items() ^ now.files.items()}
    return Left(
        max(now.threads - before.threads, 0),
        max(now.log_bytes - before.log_bytes, 0),
        one_line(words)[:_LONGEST],
        now.pids != before.pids,
        tuple(sorted(changed)[:_MOST_FILES]),
    )
