"""Has a process collect its garbage whenever somebody asks for it.

Python imports a module of this name by itself when it starts, from any folder on its path. Each process listens on a
port of its own, which stands in a file named by the process's id, in the folder FAIRGROUND_GARBAGE. It collects before
it closes a connection.
"""

import gc
import os
import socket
import threading
from pathlib import Path

_FOLDER = Path(os.environ["FAIRGROUND_GARBAGE"])


def _listen() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_collect, args=(listener,), daemon=True).start()
    (_FOLDER / str(os.getpid())).write_text(str(listener.getsockname()[1]), "ascii")


def _collect(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        with connection:
            gc.collect()


_listen()
os.register_at_fork(after_in_child=_listen)
