"""What can go wrong, as exceptions that end in one clear sentence.

BenchError                  any failure that a user is told of in one sentence; the command exits 2
├── UsageError              an unknown app, workload, operation or flag
├── ManifestError           an `app.toml` that does not say what it must
├── SetupError              an environment that cannot be made: interpreter, network, package
├── ServerError             a server that did not come up, or died
├── DatabaseError           a database that cannot do what is asked of it
│   └── DatabaseLocked      somebody else holds it
├── AgentError              no agent on the other machine, or one that is gone or refuses
├── LoadError               the load generator failed, or was asked for the impossible
├── CrawlError              the crawler failed, or its feeds cannot be read
├── StorageError            a run that cannot be read or written
├── Busy                    another run is measuring on this machine
├── Incomparable            two runs that cannot be compared
└── NothingChanged          nothing differs from the edition to compare with (the command exits 0)
"""


class BenchError(Exception):
    """A failure with one sentence for the user: what happened, and the way out."""


class UsageError(BenchError):
    """The command line asks for something that does not exist."""


class ManifestError(BenchError):
    """An app's manifest is missing, unreadable or wrong."""


class SetupError(BenchError):
    """An environment or a needed program cannot be made ready."""


class ServerError(BenchError):
    """A server did not come up in time, or died."""


class DatabaseError(BenchError):
    """A database is not there, or cannot do what is asked of it."""


class DatabaseLocked(DatabaseError):
    """Somebody else holds a database, and does not let go of it in time."""


class AgentError(BenchError):
    """There is no agent on the machine of the servers, or it refuses, or it is gone."""


class LoadError(BenchError):
    """The load generator failed as a process, or was asked for the impossible."""


class CrawlError(BenchError):
    """The crawler failed as a process, or left feeds that cannot be read."""


class StorageError(BenchError):
    """A stored run cannot be read, written or understood."""


class Busy(BenchError):
    """Another run is measuring on this machine."""


class Incomparable(BenchError):
    """Two runs measured different things, or in different places."""


class NothingChanged(BenchError):
    """Nothing differs from the edition to compare with, so that there is nothing to measure."""
