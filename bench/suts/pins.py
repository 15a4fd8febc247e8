"""Pinned requirements: what a lock names, and how an index compares names."""

import re
from pathlib import Path

_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==", re.MULTILINE)


def normal(name: str) -> str:
    """A distribution's name as the index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(requirements: Path) -> set[str]:
    """The distributions that a compiled requirements file pins, by their normal names."""
    return {normal(name) for name in _PIN.findall(requirements.read_text("utf-8"))}
