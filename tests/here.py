"""The checkout that is tested, with the environments that it has."""

from bench.suts import discovery
from bench.suts.groups import DEFAULT
from bench.workspace import from_environment

HERE = from_environment()
EVERY = discovery.discover(HERE.apps, lambda _: None)
"""Whatever has a sound folder here."""
OURS = discovery.select(EVERY, (DEFAULT, "asgi", "wsgi"))
"""The apps that the tests drive: those of `make bench`, and both floors. Others come and go without a test noticing."""
