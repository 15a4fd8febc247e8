"""Lines between two machines: connections that a key opens, on which one side asks and the other answers.

`multiprocessing.connection` brings the frames and the challenge: each side proves to the other that it has the key (an
HMAC over random bytes), and neither sends it. What travels afterwards is neither encrypted nor signed, and objects on
it are pickled: whoever can change it on its way can run code at either end.
"""

import errno
import ipaddress
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge

from bench.errors import AgentError, UsageError
from bench.model import Tell

GONE_AFTER_S = 30
"""A machine that is silent for so long is gone: a shorter outage is waited for."""
_CONNECT_WITHIN_S = 10.0
_AGAIN_AFTER_S = 1.0
_BROKEN = frozenset({errno.EBADF, errno.EINVAL, errno.ENOTSOCK, errno.EOPNOTSUPP})
"""What a socket that listens no more says; all else passes: no descriptor or memory left, a caller gone meanwhile."""
_PURPOSE_BYTES = 16
_OPTIONS = {
    "TCP_NODELAY": 1,
    "TCP_KEEPIDLE": 5,
    "TCP_KEEPINTVL": 5,
    "TCP_KEEPCNT": GONE_AFTER_S // 5,
    "TCP_USER_TIMEOUT": GONE_AFTER_S * 1000,
}
"""Options of TCP by name: not every system has all of them."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where an agent listens. It is spoken of by `name` where it has one, as where it is reached through ssh."""

    host: str
    port: int
    name: str = field(default="", compare=False)

    def __str__(self) -> str:
        if self.name:
            return self.name
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def door(words: str, usual_port: int | None = None) -> Door:
    """The door that `HOST:PORT` names, or `HOST` where a port is usual; raises UsageError for anything else."""
    host, colon, port = words.rpartition(":")
    if not colon or words.endswith("]"):
        host, port = words, "" if usual_port is None else str(usual_port)
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise UsageError(f"{words!r} names no address and port, as in 192.0.2.1:7070.")
    return Door(host, int(port))


def is_loopback(host: str) -> bool:
    """Whether an address, or what a name stands for, is reached from its own machine alone."""
    with suppress(OSError, ValueError):
        return all(ipaddress.ip_address(info[4][0]).is_loopback for info in socket.getaddrinfo(host, None))
    return False


def listener(at: Door) -> socket.socket:
    """A socket that listens at a door; raises UsageError where nothing can."""
    family = socket.AF_INET6 if ":" in at.host else socket.AF_INET
    try:
        return socket.create_server((at.host, at.port), family=family)
    except OSError as error:
        raise UsageError(
            f"Nothing can listen at {at}: {error.strerror or error}. An agent takes an address of its own machine and "
            "a free port."
        ) from None


def callers(listener: socket.socket, tell: Tell) -> Iterator[tuple[socket.socket, str]]:
    """Whoever comes, and from where, until nobody came for as long as the listener waits.

    Where the system lets nobody in, that is told, and tried again until it does. Raises AgentError where the listener
    is broken.
    """
    shut = False
    while True:
        try:
            plain, address = listener.accept()
        except TimeoutError:
            return
        except OSError as error:
            why = error.strerror or str(error)
            if error.errno in _BROKEN:
                raise AgentError(f"The agent can let nobody in any more ({why}); start it again.") from None
            if not shut:
                tell(f"The agent can let nobody in ({why}); it goes on trying.")
            shut = True
            time.sleep(_AGAIN_AFTER_S)
            continue
        if shut:
            tell("The agent lets callers in again.")
        shut = False
        yield plain, str(address[0])


def opened(at: Door, purpose: bytes, key: bytes) -> Connection:
    """A line to the agent at a door; raises AgentError where there is none, or it has another key."""
    try:
        plain = socket.create_connection((at.host, at.port), _CONNECT_WITHIN_S)
    except OSError as error:
        raise AgentError(
            f"No agent answers at {at} ({error.strerror or error}); `python -m bench agent` starts one there."
        ) from None
    line = _line(plain)
    try:
        line.send_bytes(purpose)
        if not line.poll(_CONNECT_WITHIN_S):
            raise TimeoutError
        answer_challenge(line, key)
        deliver_challenge(line, key)
    except AuthenticationError:
        line.close()
        raise AgentError(
            f"The agent at {at} refuses this token: it takes the one that it printed at its start."
        ) from None
    except (OSError, EOFError, AssertionError):
        line.close()
        raise AgentError(f"What answers at {at} is no agent of Fairground.") from None
    return line


def accepted(plain: socket.socket, key_for: Callable[[bytes], bytes | None]) -> tuple[bytes, Connection]:
    """The other end of such a line, and its purpose, which decides on the key.

    Raises AgentError, with a reason that ends a sentence, where the caller does not prove that it has it.
    """
    line = _line(plain)
    try:
        purpose = line.recv_bytes(_PURPOSE_BYTES)
        key = key_for(purpose)
        if key is None:
            raise EOFError  # noqa: TRY301
        deliver_challenge(line, key)
        answer_challenge(line, key)
    except AuthenticationError:
        line.close()
        raise AgentError("it has another token") from None
    except (OSError, EOFError, AssertionError):
        line.close()
        raise AgentError("it does not speak as Fairground does") from None
    return purpose, line


def hang_up(line: Connection) -> None:
    """Close a line that another thread may be reading: that reads its end."""
    with suppress(OSError), socket.socket(fileno=os.dup(line.fileno())) as plain:
        plain.shutdown(socket.SHUT_RDWR)
    line.close()


def _line(plain: socket.socket) -> Connection:
    plain.settimeout(None)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _OPTIONS.items():
        if hasattr(socket, name):
            plain.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    handle = plain.detach()
    os.set_blocking(handle, True)  # gevent, in whose world the generator lives, makes it another
    return Connection(handle)
