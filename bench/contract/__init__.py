"""The contract: schema, data, operations, and checks from outside over HTTP."""

VERSION = "1.1"
"""Raised whenever apps must do something differently."""

ALIKE = frozenset({"1.0", "1.1"})
"""Versions with the same timed requests, so that runs of them compare."""
