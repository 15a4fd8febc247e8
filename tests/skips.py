"""Under continuous integration a skipped test is a failed one, but for those listed here: nobody reads what was."""

import os
from collections.abc import Mapping

ALLOWED = {
    "needs a system on which a process can be kept from writing": "root on a system without /proc can write anywhere",
}
"""Reasons for which a test may be skipped there too, and why."""


def forbidden(reason: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a test must not be skipped for this reason."""
    return environ.get("CI") == "true" and reason not in ALLOWED
