"""What uv says where it cannot install, in one sentence. Pure."""

import re
from dataclasses import dataclass

_DRAWN = re.compile(r"[×╰─▶│├]")
_TOO_OLD = re.compile(r"current Python version \((\S+)\) does not satisfy Python>=(3\.\d+)\S* and (\S+) depends on")
_LINES = 8
"""The last lines say why; before them stands what was done."""


@dataclass(frozen=True, slots=True)
class TooOld:
    """`what` needs a Python no older than `least`, and is to be installed on `python`."""

    what: str
    least: str
    python: str


def reason(said: str) -> str:
    """The end of what uv said on standard error, on one line and without what it draws around that."""
    lines = [line for line in said.strip().splitlines() if line.strip()] or ["no reason given"]
    return " ".join(_DRAWN.sub(" ", " ".join(lines[-_LINES:])).split())


def too_old(reason_: str) -> TooOld | None:
    """What needs a newer Python, where that is the reason."""
    seen = _TOO_OLD.search(reason_)
    return TooOld(what=seen[3], least=seen[2], python=seen[1]) if seen else None
