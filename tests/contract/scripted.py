"""A server that says to each connection what a test has written down, be it HTTP or not."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Script = Callable[[socket.socket], None]
INTERIMS = (
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 102 Processing\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
)
"""Answers before the real one, which no reader may take for it."""


def read_request(sock: socket.socket) -> bytes:
    """One request, as far as its body is told by `Content-Length`."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := sock.recv(65536)):
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length and (more := sock.recv(65536)):
        body += more
    return head + b"\r\n\r\n" + body


def saying(*answers: bytes) -> Script:
    """Answer so many requests with these bytes, then close."""

    def script(sock: socket.socket) -> None:
        for answer in answers:
            if read_request(sock):
                sock.sendall(answer)

    return script


@contextmanager
def scripted(*scripts: Script) -> Iterator[str]:
    """The URL of a server that follows one script a connection, the last one for all further ones."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.02)

        def serve() -> None:
            connection = 0
            while not over.is_set():
                with suppress(TimeoutError):
                    sock, _ = listener.accept()
                    with sock, suppress(OSError):
                        sock.settimeout(2)
                        scripts[min(connection, len(scripts) - 1)](sock)
                    connection += 1

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
