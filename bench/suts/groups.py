"""Words that stand for several apps on a command line."""

from collections.abc import Callable, Iterable, Sequence

from bench.identity import OWN
from bench.model import App, is_floor

DEFAULT = "default"
"""The group that is measured, and made ready, where no app is named."""
EVERY = "all"

_OURS = frozenset({"wsgi_app", "asgi_app", "django_app", "flask_app", "cherrypy_app", "web2py_app"})
"""The folders of the frameworks that this suite was built for, and of the floors. They alone are in `make bench`,
so that its time stays the same however many frameworks stand beside them.
"""


def _is_a_server(app: App) -> bool:
    return app.usual_server == OWN


GROUPS: dict[str, tuple[str, Callable[[App], bool]]] = {
    DEFAULT: ("what `make bench` measures: four frameworks and their floor", lambda app: app.folder.name in _OURS),
    "sync": ("what speaks WSGI, and its floor", lambda app: app.interface == "wsgi"),
    "async": ("what speaks ASGI, and its floor", lambda app: app.interface == "asgi"),
    OWN: ("what is its own server: aiohttp and its like, which only `--server native` measures", _is_a_server),
    EVERY: ("every app, without its variants", lambda _: True),
}
"""By name, what a group is in a few words, and whether an app belongs to it. No app may be called so.

A variant belongs to one only where its manifest says that it is measured by default.
"""


def members(apps: Iterable[App], group: str) -> tuple[App, ...]:
    """The apps of a group, but for a floor whose interface no framework among them uses.

    Where none of the default ones is there, all others stand for them.
    """
    apps = tuple(app for app in apps if app.by_default)
    _, belongs = GROUPS[group]
    chosen = tuple(app for app in apps if belongs(app)) or (apps if group == DEFAULT else ())
    return _without_idle_floors(chosen)


def _without_idle_floors(apps: Sequence[App]) -> tuple[App, ...]:
    used = {app.interface for app in apps if not is_floor(app.name)}
    return tuple(app for app in apps if app.interface in used) or tuple(apps)
