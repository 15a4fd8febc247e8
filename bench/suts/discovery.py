"""The apps that there are, and those of them that somebody names. None vanishes silently: what is wrong is said."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from bench.errors import BenchError, ManifestError, SetupError, UsageError
from bench.model import App
from bench.suts import checkouts
from bench.suts.groups import GROUPS, members
from bench.suts.manifest import MANIFEST, family

LeaveOut = Callable[[BenchError], None]
"""Hears what is wrong with an app that is left out for it."""


def discover(apps: Path, leave_out: LeaveOut | None = None, *, locked: bool = True) -> tuple[App, ...]:
    """Every app under `apps`, by name, each followed by its variants.

    One that is broken is handed to `leave_out`; without that, ManifestError is raised for the first. `locked` says that
    each must have its pins.
    """
    folders = sorted(path for path in apps.glob("*/") if path.name.endswith("_app") or (path / MANIFEST).is_file())
    if not folders:
        raise ManifestError(f"There is no app in {apps}: each is a folder NAME_app with an app.toml.")
    sound = dict[str, Sequence[App]]()
    for folder in folders:
        try:
            related = family(folder, locked=locked)
            _check_names(related, sound)
            sound[related[0].name] = related
        except ManifestError as error:
            if leave_out is None:
                raise
            leave_out(error)
    return tuple(app for name in sorted(sound) for app in sound[name])


def choose(
    apps: Path, names: Iterable[str], leave_out: LeaveOut, *, locked: bool = True, runnable: bool = True
) -> tuple[App, ...]:
    """The apps called `names`, which must be sound; a name may also be that of a group, or none be given for all apps.
    Then `leave_out` hears of those that are broken, or that run on a checkout which will not do.

    `runnable` says that those are left out whose framework is not there. Raises ManifestError for one that is broken
    and named, or where none is sound, UsageError for a name of none, and SetupError for one named that cannot run here.
    """
    names, broken = tuple(names), list[BenchError]()
    sound = discover(apps, broken.append, locked=locked)
    bare = [name.partition(":")[0] for name in names]
    for folder in (apps / folder for name in bare for folder in (name, f"{name}_app")):
        if (folder / MANIFEST).is_file() or (folder.name.endswith("_app") and folder.is_dir()):
            family(folder, locked=locked)
    if not sound:
        raise broken[0]
    for error in broken if not names or GROUPS.keys() & set(names) else ():
        leave_out(error)
    chosen = select(sound, names)
    return _runnable(chosen, names, leave_out) if runnable else chosen


def _runnable(chosen: Iterable[App], names: Sequence[str], leave_out: LeaveOut) -> tuple[App, ...]:
    kept: list[App] = []
    for app in chosen:
        why = checkouts.why_absent(app)
        if why and is_named(app, names):
            raise SetupError(why)
        if checkouts.misnamed(app):
            leave_out(SetupError(why))
        if not why:
            kept.append(app)
    return tuple(kept)


def select(apps: Iterable[App], names: Iterable[str]) -> tuple[App, ...]:
    """The apps called `names` and those of groups so called, in that order and once each; all of them for no names.

    An app is called `flask`, or as its folder; a variant `flask:orm`, or as in reports `flask-orm`.
    """
    apps = tuple(apps)
    known = {group: members(apps, group) for group in GROUPS}
    known |= {name: (app,) for app in apps for name in _names(app)}
    wanted = tuple(names) or tuple(map(called, apps))
    if unknown := [name for name in wanted if name not in known]:
        kind, there = "variant" if ":" in unknown[0] else "app", ", ".join(map(called, apps))
        raise UsageError(
            f"There is no {kind} called {unknown[0]!r}; there are: {there}; and the groups {', '.join(GROUPS)}."
        )
    if empty := [name for name in wanted if not known[name]]:
        raise UsageError(f"The group {empty[0]!r} has no app here.")
    return tuple(dict.fromkeys(app for name in wanted for app in known[name]))


def unasked(apps: Iterable[App]) -> tuple[App, ...]:
    """Those that take part where none is named: a variant only where its manifest says so."""
    return tuple(app for app in apps if app.by_default)


def called(app: App) -> str:
    """How somebody asks for an app: `flask`, or for a variant `flask:orm`."""
    return f"{app.name}:{app.variant}" if app.variant else app.name


def is_named(app: App, names: Iterable[str]) -> bool:
    """Whether one of `names` is the app's own, and not that of a group."""
    return not set(names).isdisjoint(_names(app))


def _names(app: App) -> tuple[str, ...]:
    """What an app may be called."""
    if app.variant:
        return called(app), f"{app.folder.name}:{app.variant}", str(app)
    return (app.name,) if app.variant_of else (app.name, app.folder.name)


def _check_names(related: Sequence[App], others: Mapping[str, Sequence[App]]) -> None:
    taken = {str(app): app for family in others.values() for app in family}
    for app in related:
        if other := taken.get(str(app)):
            raise ManifestError(f"{app.folder} is called {str(app)!r}, as is {other.folder}.")
        taken[str(app)] = app
