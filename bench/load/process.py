"""What each process of the generator does about itself: open files, its edition, and the words for what went wrong."""

import errno
import resource

from bench.errors import LoadError
from bench.suts import code
from bench.workspace import ROOT

_FILES = 10_000
"""Open files that it asks for, as far as the system allows: each connection is one. macOS gives a process 256."""
_LOADING = ("load", "contract")
"""The rooms that decide which requests are sent, and when."""


def open_more_files() -> None:
    """Raise the limit on open files."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def in_words(error: OSError | LoadError) -> str:
    """What went wrong, and where a limit of the system was met the way out."""
    if isinstance(error, OSError) and error.errno == errno.EMFILE:
        return "it may not open as many connections as it needs; `ulimit -n 1024` before the command allows more"
    return str(error)


def edition() -> str:
    """A digest of the code that generates load: generators of two editions would not send the same requests."""
    return " ".join(code.digest(ROOT / "bench" / room) for room in _LOADING)
