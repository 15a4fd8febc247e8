"""The databases that apps are measured on: one module an engine, and its row in `ENGINES`."""

from collections.abc import Iterable

from bench.databases.protocol import Engine
from bench.databases.sqlite import Sqlite
from bench.errors import UsageError
from bench.identity import USUAL_DATABASE
from bench.model import App

DEFAULT = USUAL_DATABASE
"""The engine that everybody is measured on unless another is asked for."""

ENGINES: dict[str, Engine] = {engine.name: engine for engine in (Sqlite(),)}

_AHEAD = ("postgresql", "mysql")


def names() -> tuple[str, ...]:
    """What a manifest may list: the engines that are here, and those that apps may be ready for before they come."""
    return tuple(dict.fromkeys((*ENGINES, *_AHEAD)))


def shared(apps: Iterable[App], name: str = DEFAULT) -> Engine:
    """The engine called `name`; raises UsageError where there is none, or one of the apps does not work on it."""
    if name not in ENGINES:
        raise UsageError(f"There is no database called {name!r}; there are: {', '.join(ENGINES)}.")
    for app in apps:
        if name not in app.databases:
            raise UsageError(f"{app} does not work on {name}: its manifest lists {', '.join(app.databases)}.")
    return ENGINES[name]
