"""Has a process collect its garbage, and give back free memory, whenever somebody asks for it.

Python imports a module of this name by itself when it starts, from any folder on its path. Each process listens on a
port of its own, which stands in a file named by the process's id, in the folder FAIRGROUND_GARBAGE. It has done both
when it closes a connection.
"""

import ctypes
import gc
import os
import socket
import threading
from pathlib import Path

_FOLDER = Path(os.environ["FAIRGROUND_GARBAGE"])
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
"""The system's function that gives free memory back: glibc alone has it, and keeps what lies between pieces in use."""


def _listen() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_collect, args=(listener,), daemon=True).start()
    (_FOLDER / str(os.getpid())).write_text(str(listener.getsockname()[1]), "ascii")


def _collect(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        with connection:
            gc.collect()
            if _trim:
                _trim(0)


_listen()
os.register_at_fork(after_in_child=_listen)
