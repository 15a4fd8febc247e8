"""The network between two machines, measured over a line of its own: how long a small exchange takes, how much one
connection carries in either direction, and how much of that TCP had to send again.
"""

import contextlib
import socket
import statistics
import struct
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from bench.environment import Network

NETWORK = b"network"
"""The purpose of a line on which one side says how many bytes it wants, in a frame with many or few of its own."""

_EXCHANGES = 200
_SMALL_BYTES = 64
_FIRST_BYTES, _MOST_BYTES = 2**18, 2**26
_LONG_ENOUGH_S = 0.25
"""A transfer that takes so long has left the slow start of TCP behind, on networks of up to some 50 ms."""
_RESENT_AT, _SENT_AT = 100, 156
"""Where Linux keeps the numbers of segments sent again, and of segments with data sent (struct tcp_info, tcp(7))."""
_SIZE = struct.Struct("!Q")

Clock = Callable[[], float]


def measured(line: Connection, now_s: Clock = time.perf_counter) -> Network:
    """The network as seen from this side; `answer` must be on the other. Raises OSError or EOFError if it ends."""
    times_s = sorted(_exchange_s(line, _SMALL_BYTES, _SMALL_BYTES, now_s) for _ in range(_EXCHANGES))
    round_trip_s = statistics.median(times_s)
    there = _carried(lambda size: _exchange_s(line, size, 0, now_s) - round_trip_s)
    back = _carried(lambda size: _exchange_s(line, 0, size, now_s) - round_trip_s)
    line.send_bytes(b"")
    own, other = _segments(line), struct.unpack("!QQ", line.recv_bytes())
    sent = own[1] + other[1]
    return Network(
        round_trip_p50_s=round_trip_s,
        round_trip_p99_s=times_s[int(0.99 * len(times_s))],
        exchanges=_EXCHANGES,
        to_servers_bytes_s=there,
        from_servers_bytes_s=back,
        resent_share=(own[0] + other[0]) / sent if sent else None,
    )


def answer(line: Connection) -> None:
    """Answer each frame with one of the size that it asks for, until an empty one ends the measurement."""
    with contextlib.suppress(OSError, EOFError):
        while frame := line.recv_bytes():
            (size,) = _SIZE.unpack_from(frame)
            line.send_bytes(bytes(size))
        line.send_bytes(struct.pack("!QQ", *_segments(line)))


def _exchange_s(line: Connection, there: int, back: int, now_s: Clock) -> float:
    """The time of one exchange with so many bytes there and back, beside the size that is asked for."""
    frame = _SIZE.pack(back) + bytes(there)
    began = now_s()
    line.send_bytes(frame)
    line.recv_bytes()
    return now_s() - began


def _carried(transfer_s: Callable[[int], float]) -> float:
    """Bytes a second, of the first transfer that takes long enough; each is twice as large as the one before."""
    size = _FIRST_BYTES
    while (took_s := transfer_s(size)) < _LONG_ENOUGH_S and size < _MOST_BYTES:
        size *= 2
    return size / max(took_s, 1e-6)


def _segments(line: Connection) -> tuple[int, int]:
    """How many segments TCP has sent again on a line, and how many with data it has sent; zeros where nobody says."""
    option = getattr(socket, "TCP_INFO", None)
    if option is None:
        return 0, 0
    with socket.socket(fileno=line.fileno()) as plain:
        try:
            facts = plain.getsockopt(socket.IPPROTO_TCP, option, _SENT_AT + 4)
        except OSError:
            facts = b""
        finally:
            plain.detach()  # the line goes on with it
    if len(facts) < _SENT_AT + 4:
        return 0, 0
    return struct.unpack_from("=I", facts, _RESENT_AT)[0], struct.unpack_from("=I", facts, _SENT_AT)[0]
