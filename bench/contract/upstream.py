"""The service of the suite that apps call in the group `upstream`: what it is asked, and what it answers. Pure.

Each of its answers is another, and says so in a way that nobody makes by accident: an app that passes it on has called.
"""

import hashlib
from typing import Any

from bench.contract.fields import identical

VARIABLE = "UPSTREAM_URL"
"""The variable of the environment that says where it is."""
LONGEST_MS = 1000
_KEY = b"fairground"


def sealed(number: int, waited_ms: int) -> dict[str, Any]:
    """The document with which it answers: for the time of that `number` (from 1), and after so many milliseconds."""
    seal = hashlib.blake2b(f"{number} {waited_ms}".encode(), digest_size=8, key=_KEY).hexdigest()
    return {"number": number, "waited_ms": waited_ms, "seal": seal}


def number_of(document: Any, waited_ms: int) -> int | None:
    """The number of such a document; None where it is none that came after so many milliseconds."""
    claimed = document.get("number") if isinstance(document, dict) else None
    return claimed if type(claimed) is int and identical(document, sealed(claimed, waited_ms)) else None
