"""The generator process: orders come in on standard input, replies go out on standard output, a JSON object a line."""

import errno
import json
import resource
import sys
from dataclasses import asdict

from pydantic import TypeAdapter

from bench.errors import LoadError
from bench.load.protocol import ON_ONE_CPU, Order, Reply
from bench.load.rotation import Rotator
from bench.load.turns import SPIN_S

_ORDER = TypeAdapter(Order)
_FILES = 10_000
"""Open files that it asks for, as far as the system allows: each connection is one. macOS gives a process 256."""


def main() -> None:
    """Carry out orders until standard input ends. `null` for an order closes all connections."""
    _open_more_files()
    rotator = Rotator(0.0 if ON_ONE_CPU in sys.argv else SPIN_S)
    for line in sys.stdin:
        if line.strip() == "null":
            rotator.forget()
            reply = Reply()
        else:
            try:
                reply = rotator.rotate(_ORDER.validate_json(line))
            except (OSError, LoadError) as error:
                reply = Reply(error=_in_words(error))
        print(json.dumps(asdict(reply)), flush=True)


def _in_words(error: OSError | LoadError) -> str:
    if isinstance(error, OSError) and error.errno == errno.EMFILE:
        return "it may not open as many connections as it needs; `ulimit -n 1024` before the command allows more"
    return str(error)


def _open_more_files() -> None:
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


if __name__ == "__main__":
    main()
