"""Which processor this is, as its system calls it."""

import contextlib
import platform
import subprocess
from pathlib import Path

from bench.host import kernel

_OF_MACOS = ("/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string")
_ARM = {"CPU implementer": "implementer", "CPU part": "part"}
"""The fields that tell generations of ARM processors apart where the kernel gives no name."""


def name(root: Path = Path("/")) -> str:
    """The model's name; on ARM, where Linux has none, the numbers of each kind of core; `unknown` if all fails."""
    facts = [
        (key.strip(), value.strip())
        for key, _, value in (line.partition(":") for line in kernel.text(root / "proc/cpuinfo").splitlines())
    ]
    for key, value in facts:
        if key == "model name" and value:
            return value
    numbers = [f"{_ARM[key]} {value}" for key, value in facts if key in _ARM]
    kinds = dict.fromkeys(zip(numbers[::2], numbers[1::2], strict=False))
    if kinds:
        return f"ARM, {'; '.join(', '.join(kind) for kind in kinds)}"
    return _of_macos() or platform.processor() or "unknown"


def _of_macos() -> str:
    with contextlib.suppress(OSError):
        done = subprocess.run(_OF_MACOS, capture_output=True, encoding="utf-8", errors="replace", check=False)
        return done.stdout.strip()
    return ""
