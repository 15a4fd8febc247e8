"""A cable between two network namespaces, in user space: it delays, loses and throttles what it carries, on any kernel
that has tun devices; tc-netem(8), which does the same, is left out of many.
"""

import fcntl
import os
import random
import select
import struct
import threading
import time
from collections import deque
from contextlib import suppress

_SET_NAME = 0x400454CA
_PLAIN_PACKETS = 0x0001 | 0x1000
_LOOK_S = 0.02
_PACKET_BYTES = 65536


def end(name: str) -> int:
    """A new tun device of this name, as the handle at which packets are read and written (tuntap.rst of Linux)."""
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(handle, _SET_NAME, struct.pack("16sH22x", name.encode(), _PLAIN_PACKETS))
    except OSError:
        os.close(handle)
        raise
    return handle


class Cable(threading.Thread):
    """Carries packets both ways: each is `delay_s` late, one in so many is lost, and so many bytes a second fit in."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(daemon=True)
        self.delay_s, self.lost, self.bytes_s, self.out = 0.0, 0.0, float("inf"), False
        self._across = {one: other, other: one}
        self._under_way: dict[int, deque[tuple[float, bytes]]] = {one: deque(), other: deque()}
        self._free_at = dict.fromkeys(self._across, 0.0)
        self._rng = random.Random(77)
        self._over = threading.Event()

    def run(self) -> None:
        """Carry until `close`."""
        while not self._over.is_set():
            for handle in select.select(list(self._across), [], [], self._idle_s())[0]:
                self._take(handle)
            for handle, packets in self._under_way.items():
                self._deliver(packets, self._across[handle])

    def close(self) -> None:
        """End, and let go of both ends."""
        self._over.set()
        self.join()
        for handle in self._across:
            os.close(handle)

    def _idle_s(self) -> float:
        """The time until the next packet is due."""
        due = min((packets[0][0] for packets in self._under_way.values() if packets), default=float("inf"))
        return min(max(due - time.perf_counter(), 0.0), _LOOK_S)

    def _take(self, handle: int) -> None:
        with suppress(OSError):  # nothing more is there
            for _ in range(64):
                packet = os.read(handle, _PACKET_BYTES)
                if self.out or self._rng.random() < self.lost:
                    continue
                begins = max(time.perf_counter(), self._free_at[handle])
                self._free_at[handle] = begins + len(packet) / self.bytes_s
                self._under_way[handle].append((self._free_at[handle] + self.delay_s, packet))

    def _deliver(self, packets: "deque[tuple[float, bytes]]", handle: int) -> None:
        while packets and packets[0][0] <= time.perf_counter():
            _, packet = packets.popleft()
            with suppress(OSError):  # an end that is down takes nothing
                os.write(handle, packet)
