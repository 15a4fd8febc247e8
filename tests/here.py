"""The checkout that is tested, with the environments that it has, and a lock for each process of tests."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.suts import discovery
from bench.suts.groups import DEFAULT
from bench.workspace import from_environment

HERE = replace(from_environment(), lock=Path(tempfile.gettempdir()) / f"fairground-tests-{os.getpid()}.lock")
EVERY = discovery.discover(HERE.apps, lambda _: None)
"""Whatever has a sound folder here."""
OURS = tuple(app for app in discovery.select(EVERY, (DEFAULT, "asgi", "wsgi")) if app.checkout is None)
"""The apps that the tests drive: those of `make bench`, and both floors. Others come and go without a test noticing;
what needs a checkout has tests of its own.
"""
