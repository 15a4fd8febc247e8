"""Where the CPU time of this process goes, by package: whoever runs when the CPU clock's timer strikes is counted.

A call into C is counted for the Python code that makes it.
"""

import signal
import sysconfig
from collections import Counter
from pathlib import Path
from types import FrameType

_EVERY_S = 0.001
"""The kernel rounds it up to its own tick, as a rule 4 ms."""
_INSTALLED = Path(sysconfig.get_paths()["purelib"])
_STANDARD = Path(sysconfig.get_paths()["stdlib"])
_OURS = Path(__file__).parent


class Sampler:
    """Counts samples while it is on."""

    def __init__(self) -> None:
        self._samples: Counter[str] = Counter()

    def start(self) -> None:
        """Begin to count."""
        signal.signal(signal.SIGPROF, self._count)
        signal.setitimer(signal.ITIMER_PROF, _EVERY_S, _EVERY_S)

    def stop(self) -> dict[str, int]:
        """End, with the number of samples by package."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        return dict(self._samples)

    def _count(self, _number: int, frame: FrameType | None) -> None:
        if frame is not None:
            self._samples[_package(frame.f_code.co_filename)] += 1


def _package(filename: str) -> str:
    """A package or module of the standard library, one that is installed, or one of Scrapy's subpackages."""
    path = Path(filename)
    if path.is_relative_to(_OURS):
        return "the project itself"
    if path.is_relative_to(_INSTALLED):
        first, *rest = path.relative_to(_INSTALLED).parts
        return ".".join((first, *rest[:1])).removesuffix(".py") if first == "scrapy" else first.removesuffix(".py")
    if path.is_relative_to(_STANDARD):
        return path.relative_to(_STANDARD).parts[0].removesuffix(".py")
    return "generated code"
