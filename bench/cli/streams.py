"""Standard output and standard error, whatever they lead to: a log in Latin-1, a closed descriptor, a reader who has
left.
"""

import codecs
import contextlib
import io
import os
import sys
from pathlib import Path

_ESCAPED = "fairground.escaped"
"""The name under which `codecs` knows `_escape`."""


def prepare() -> None:
    """Let any text be printed: characters that a stream's encoding lacks are escaped as in JSON, so that JSON stays
    valid.

    A closed stream accepts everything and keeps nothing.
    """
    codecs.register_error(_ESCAPED, _escape)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  (open until the end)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ESCAPED)


def finish() -> None:
    """Flush both streams; raises OSError where that fails, so that the exit code does not hide it."""
    sys.stdout.flush()


def abandon() -> None:
    """Print nothing more, so that Python does not try to flush again at its end."""
    with contextlib.suppress(OSError):  # one that has no descriptor is flushed to nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex(" ", 2).split()
    return "".join(f"\\u{unit}" for unit in units), error.end
