"""The contract: schema, data, operations, and checks from outside over HTTP."""

VERSION = "1.1"
"""Raised whenever an app has to do something else than before."""

ALIKE = frozenset({"1.0", "1.1"})
"""Versions with the same timed requests, so that runs of them compare."""
