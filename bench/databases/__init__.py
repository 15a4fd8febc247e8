"""The databases that apps are measured on: one module an engine, and its row in `ENGINES`."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.databases import mysql, postgresql
from bench.databases.protocol import Engine, Template
from bench.databases.sqlite import Sqlite
from bench.errors import UsageError
from bench.identity import USUAL_DATABASE
from bench.model import App

DEFAULT = USUAL_DATABASE
"""The engine that everybody is measured on unless another is asked for."""

ENGINES: dict[str, Engine] = {engine.name: engine for engine in (Sqlite(), postgresql.engine(), mysql.engine())}


def find(name: str) -> Engine:
    """The engine called `name`; raises UsageError where there is none."""
    if name not in ENGINES:
        raise UsageError(f"There is no database called {name!r}; there are: {', '.join(ENGINES)}.")
    return ENGINES[name]


def choose(words: str) -> tuple[str, ...]:
    """The names of the engines in a list with commas, or of all for `all`, each ready to be used.

    Raises UsageError for one that does not exist, and SetupError for one that is not on this machine.
    """
    wanted = [word.strip() for word in words.split(",") if word.strip()]
    names = tuple(ENGINES) if wanted == ["all"] else tuple(dict.fromkeys(wanted))
    if not names:
        raise UsageError("--database names nothing.")
    for name in names:
        find(name).require()
    return names


def listed(app: App, on: Iterable[str]) -> tuple[str, ...]:
    """Those of the databases `on` that an app's manifest lists; raises UsageError where it lists none of them."""
    names = tuple(on)
    own = tuple(name for name in names if find(name) and name in app.databases)
    if not own:
        shared((app,), names[0])
    return own


@contextmanager
def seeded(names: Iterable[str], folder: Path) -> Iterator[Mapping[str, Template]]:
    """A seeded template of each of these engines, by its name; see Engine."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(find(name).seeded(folder)) for name in dict.fromkeys(names)}


def shared(apps: Iterable[App], name: str = DEFAULT) -> Engine:
    """The engine called `name`; raises UsageError where there is none, or one of the apps does not work on it."""
    engine = find(name)
    for app in apps:
        if name not in app.databases:
            raise UsageError(f"{app} does not work on {name}: its manifest lists {', '.join(app.databases)}.")
    return engine
