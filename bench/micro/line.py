"""The line to a session in process: what either end says is a line of text."""

import socket

from bench.host.awake import BEAT_S, Patience

_LONGEST_BYTES = 4096


class SessionLine:
    """This end of the line; the other one is `Queue` in `inside/turn_taking.py`."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._heard = connection, b""
        connection.settimeout(BEAT_S)

    def say(self, words: str) -> None:
        """Send a line; raises OSError where nobody is there any more."""
        self._connection.sendall(f"{words}\n".encode())

    def hear(self, patience: Patience) -> str | None:
        """The next line, empty where the other end has closed; None where it was not there while `patience` lasted."""
        while b"\n" not in self._heard:
            try:
                more = self._connection.recv(_LONGEST_BYTES)
            except TimeoutError:
                if patience.left_s():
                    continue
                return None
            if not more:
                return ""
            self._heard += more
        words, _, self._heard = self._heard.partition(b"\n")
        return words.decode("utf-8").strip()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
