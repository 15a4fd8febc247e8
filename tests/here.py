"""The checkout that is tested, with the environments that it has."""

from bench.suts import manifest
from bench.suts.groups import DEFAULT
from bench.workspace import from_environment

HERE = from_environment()
EVERY = manifest.discover(HERE.apps)
"""Whatever has a folder here."""
OURS = manifest.select(EVERY, (DEFAULT, "asgi", "wsgi"))
"""The apps that the tests drive: those of `make bench`, and both floors. Others come and go without a test noticing."""
