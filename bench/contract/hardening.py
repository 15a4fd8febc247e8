"""The clauses on requests that only a fuzzer or an attacker sends.

The apps of this repository keep them; any other app may name them in `[unsupported]`, one by one or as a group.
"""

from collections.abc import Iterable

GROUP = "hardening"
"""The name of the group, in manifests and messages."""

CLAUSES = ("long-path", "huge-id", "number-spelling", "body-encoding", "body-nesting", "field-text", "framing")
"""Their names, in the order of `apps/SPEC.md`."""


def covers(clause: str) -> bool:
    """Whether a clause belongs to this group."""
    return clause in CLAUSES


def concerns(name: str) -> bool:
    """Whether a key of `[unsupported]` is about this group, and not about an operation."""
    return name == GROUP or covers(name)


def named(unsupported: Iterable[str]) -> frozenset[str]:
    """The clauses among what a manifest names unsupported; the group's own name stands for all of them."""
    names = frozenset(unsupported)
    return frozenset(CLAUSES) if GROUP in names else names.intersection(CLAUSES)
