"""The kernel's files about the machine; where there are none, as on macOS, they read as empty."""

import platform
from pathlib import Path


def text(path: Path) -> str:
    """The text of a file; empty where it cannot be read."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def boot() -> str:
    """What tells this machine, since it was started, from every other; where the kernel does not say, its name."""
    return text(Path("/proc/sys/kernel/random/boot_id")).strip() or name()


def name() -> str:
    """What this machine is called in its network."""
    return platform.node()


def numbers(listed: str) -> frozenset[int]:
    """The numbers of a list such as 0-3,8."""
    every: set[int] = set()
    for part in listed.strip().split(","):
        first, _, last = part.partition("-")
        if first.isdecimal() and (last or first).isdecimal():
            every.update(range(int(first), int(last or first) + 1))
    return frozenset(every)
