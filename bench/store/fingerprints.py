"""Fingerprints of machines as older versions took them, of every byte of memory, taken as today. Pure."""

import hashlib
from typing import Any

from bench import environment

Json = dict[str, Any]

_FACTS = ("cores", "cpu", "machine", "memory_bytes")


def up_to_date(stored: Json) -> Json:
    """A stored run whose machine has the fingerprint of today; itself where it is, or was taken of other facts."""
    here = stored.get("environment")
    if not isinstance(here, dict) or not all(fact in here for fact in _FACTS):
        return stored
    facts = {fact: here[fact] for fact in _FACTS}
    if here.get("fingerprint") != _as_it_was(facts) or type(here["memory_bytes"]) is not int:
        return stored
    return stored | {"environment": here | {"fingerprint": environment.fingerprint(**facts)}}


def _as_it_was(facts: Json) -> str:
    return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()[:12]
