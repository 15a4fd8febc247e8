"""The garbage of a server, collected and its memory given back before anybody looks at what it holds.

Frameworks leave requests in reference cycles, as Django's class-based views do with every one. Python's collector frees
them, but objects that were in use at two of its looks it leaves alone until a quarter more of such objects have
gathered. That may take tens of thousands of requests, and until then what is garbage looks like a leak. So does
memory that was freed in pieces, over which large bodies spread as they come and go.
"""

import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from bench.errors import ServerError
from bench.host.protocol import LOOPBACK

_INSIDE = Path(__file__).with_name("inside")
_WITHIN_S = 10.0
_GIVING_BACK = {
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0",
}
"""Has glibc, and jemalloc as programs in Rust have it, give back large pieces when they are freed, and not later: of
bodies that come and go, they would keep half a megabyte now and none then.
"""


def surroundings(folder: Path) -> Mapping[str, str]:
    """The environment variables of processes that are to collect when they are asked, and to keep little that is free;
    `folder`, which is made, is where they say at which port.
    """
    folder.mkdir()
    return {"PYTHONPATH": str(_INSIDE), "FAIRGROUND_GARBAGE": str(folder), **_GIVING_BACK}


def collect(folder: Path, pids: Iterable[int]) -> None:
    """Have these processes collect, as far as they are Python's; one that is gone has no garbage.

    Raises ServerError where one does not come to it.
    """
    for port in (folder / str(pid) for pid in pids):
        if port.exists():
            _ask(int(port.read_text("ascii")))


def _ask(port: int) -> None:
    try:
        with suppress(ConnectionError), socket.create_connection((LOOPBACK, port), _WITHIN_S) as connection:
            connection.recv(1)
    except TimeoutError as late:
        raise ServerError(f"A process of the server had not collected its garbage after {_WITHIN_S:g} s.") from late
