"""The contract: schema, data, operations, and checks from outside over HTTP."""

VERSION = "1.0"
"""Raised whenever an app has to do other work than before: runs of two versions do not compare."""
