"""Stored runs of one machine have one fingerprint, whichever version took it."""

import hashlib
from typing import Any

from bench.environment import fingerprint
from bench.store import fingerprints

FACTS: dict[str, Any] = {"cpu": "AMD EPYC", "cores": 2, "memory_bytes": 25276510208, "machine": "x86_64"}
OLD = hashlib.sha256(repr(sorted(FACTS.items())).encode()).hexdigest()[:12]


def stored(**changes: Any) -> dict[str, Any]:
    return {"environment": FACTS | {"fingerprint": OLD, "kernel": "6.1"} | changes, "rounds": []}


def test_one_of_every_byte_becomes_one_of_today() -> None:
    today = fingerprints.up_to_date(stored())
    assert today == stored(fingerprint=fingerprint(**FACTS))
    assert fingerprints.up_to_date(today) is today


def test_one_that_was_taken_of_other_facts_is_kept() -> None:
    for odd in (stored(fingerprint="0123456789ab"), stored(cores=4), {"environment": 3}, {}):
        assert fingerprints.up_to_date(odd) is odd


def test_a_few_pages_of_memory_are_no_other_machine() -> None:
    here = fingerprint(**FACTS)
    for missing in (-4096, 4096, 2**28):
        assert fingerprint(**FACTS | {"memory_bytes": FACTS["memory_bytes"] - missing}) == here
    for other in ({"memory_bytes": 2**34}, {"cpu": "ARM"}, {"cores": 4}, {"machine": "arm64"}, {"cpu_quota": 1.5}):
        assert fingerprint(**FACTS | other) != here
    assert fingerprint("", 0, 0, "")
