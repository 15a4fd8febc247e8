"""A relay between an app and the server of its database: it passes on what they send, and counts the round trips."""

import selectors
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from urllib.parse import urlsplit

_CONNECT_WITHIN_S = 10.0
_LOOK_S = 0.05
"""So often it looks whether it is to end."""
_MOST_BYTES = 1 << 16


@dataclass(slots=True)
class _Line:
    """Both ends of a connection; an answer is `due` from when the app sends something until the server does."""

    app: socket.socket
    server: socket.socket
    due: bool = False

    @property
    def cut(self) -> bool:
        """Whether it is over."""
        return self.app.fileno() == -1

    def close(self) -> None:
        """Hang up on both."""
        self.app.close()
        self.server.close()


class Relay:
    """A relay that listens at `listener` in front of the server at `address`; an app reaches it by `url`.

    A round trip is one wait for an answer, however many statements it is about and in however many pieces either side
    sends. It counts when the answer begins. So neither a server's greeting nor an app's farewell is one.
    """

    def __init__(self, url: str, listener: socket.socket, address: tuple[str, int]) -> None:
        self.url = url
        self.round_trips = 0
        self._listener, self._address = listener, address
        self._selector = selectors.DefaultSelector()

    def run(self, over: Event) -> None:
        """Pass on until it is `over`; then every connection is cut."""
        with self._selector:
            self._selector.register(self._listener, selectors.EVENT_READ)
            while not over.is_set():
                for key, _ in self._selector.select(_LOOK_S):
                    if key.data is None:
                        self._meet()
                    elif not key.data.cut:
                        self._hear(key.data, from_app=key.fileobj is key.data.app)
            for key in list(self._selector.get_map().values()):
                if key.data is not None:
                    key.data.close()

    def _meet(self) -> None:
        """Connect an app; where the server lets nobody in, the app is cut off."""
        app, _ = self._listener.accept()
        try:
            server = socket.create_connection(self._address, _CONNECT_WITHIN_S)
        except OSError:
            app.close()
            return
        server.settimeout(None)
        line = _Line(app, server)
        for end in (app, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(end, selectors.EVENT_READ, line)

    def _hear(self, line: _Line, *, from_app: bool) -> None:
        """Pass on what one end has sent; where one is gone, hang up on the other."""
        here, there = (line.app, line.server) if from_app else (line.server, line.app)
        with suppress(OSError):
            if data := here.recv(_MOST_BYTES):
                # Before it is passed on: once the app has its answer, somebody may look at the number.
                if line.due and not from_app:
                    self.round_trips += 1
                line.due = from_app
                there.sendall(data)
                return
        self._selector.unregister(here)
        self._selector.unregister(there)
        line.close()


@contextmanager
def relayed(url: str, host: str) -> Iterator[Relay | None]:
    """A relay at the address `host` in front of the server that `url` names, as long as the context lasts; None where
    it names no server.
    """
    parts = urlsplit(url)
    if parts.hostname is None or parts.port is None:
        yield None
        return
    over = Event()
    with socket.create_server((host, 0)) as listener:
        who = parts.netloc.rpartition("@")[0]
        place = f"{who}@{host}:{listener.getsockname()[1]}"
        relay = Relay(parts._replace(netloc=place).geturl(), listener, (parts.hostname, parts.port))
        thread = Thread(target=relay.run, args=(over,), daemon=True)
        thread.start()
        try:
            yield relay
        finally:
            over.set()
            thread.join()
