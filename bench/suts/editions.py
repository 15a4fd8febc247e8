"""The edition that `--against` compares the working tree with: an older commit, or the same code on another version of
a package.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from packaging.utils import canonicalize_name

from bench.errors import UsageError
from bench.host.checkout import Base, Checkout
from bench.model import App
from bench.suts import interpreters, manifest, pins
from bench.suts.server_table import SERVERS
from bench.words import counted
from bench.workspace import Workspace

_OTHER_VERSION = re.compile(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)==([A-Za-z0-9][\w.+!-]*)")
_SERVERS = "bench/servers.txt"
_NAMED = 5
"""The most commits that are named; the others are counted."""


def resolve(reference: str, root: Path) -> tuple[str, str]:
    """A reference that will not move, and a sentence on it: for a branch, the commit where HEAD left it.

    Raises UsageError for a reference that is not in the checkout at `root`.
    """
    reference = reference.strip()
    if _OTHER_VERSION.fullmatch(reference):
        return reference, f"Compared with the same code on {reference}."
    base = Checkout(root).base(reference)
    return base.commit, _explained(base)


def line_up(reference: str, apps: Sequence[App], workspace: Workspace, *, named: bool) -> tuple[App, ...]:
    """Apps, each followed by the edition that it is compared with: its files at a commit, or itself with
    `package==version`, or on the interpreter that `python==version` names.

    Unless the user `named` them, only the apps that differ are compared; empty where none does. Raises UsageError for a
    reference that concerns none of the apps.
    """
    if version := _OTHER_VERSION.fullmatch(reference):
        if on_another_python(reference):
            return _with_python(apps, version[2])
        return _with_version(apps, canonicalize_name(version[1]), version[2])
    return _of_commit(apps, reference, workspace, named=named)


def on_another_python(reference: str) -> bool:
    """Whether a reference is a version of Python: that concerns every app, whether any of its files differs or not."""
    return reference.strip().startswith(f"{interpreters.PACKAGE}==")


def _explained(base: Base) -> str:
    """The sentence on a commit: which one, what lies between, and how to compare with the tip of its branch."""
    left = f", where HEAD left {base.asked}" if base.theirs else ""
    sentence = f"Compared with {base.commit}{left}. {_named(base.ours)} between it and HEAD."
    if base.theirs:
        sentence += (
            f" {_named(base.theirs)} on {base.asked} since then, and no part of this; "
            f"to compare with its tip, say --against {base.tip}."
        )
    return sentence


def _named(commits: Sequence[str]) -> str:
    if not commits:
        return "No commit lies"
    more = [f"{len(commits) - _NAMED:,} more"] if len(commits) > _NAMED else []
    verb = "lies" if len(commits) == 1 else "lie"
    return f"{counted(len(commits), 'commit')} ({'; '.join([*commits[:_NAMED], *more])}) {verb}"


def _with_python(apps: Sequence[App], version: str) -> tuple[App, ...]:
    interpreters.find(version)
    editions: list[App] = []
    for app in apps:
        editions += [app, replace(app, edition=f"{interpreters.PACKAGE}-{version}", interpreter=version)]
    return tuple(editions)


def _with_version(apps: Sequence[App], package: str, version: str) -> tuple[App, ...]:
    concerned = [app for app in apps if package in _locked(app)]
    if not concerned:
        known = sorted({app.package for app in apps})
        raise UsageError(f"No app has the package {package!r} in its lock; the frameworks are: {', '.join(known)}.")
    editions: list[App] = []
    for app in concerned:
        edition = version if package == canonicalize_name(app.package) else f"{package}-{version}"
        editions += [app, replace(app, edition=edition, overrides=(f"{package}=={version}",))]
    return tuple(editions)


def _of_commit(apps: Sequence[App], commit: str, workspace: Workspace, *, named: bool) -> tuple[App, ...]:
    checkout = Checkout(workspace.root)
    differing = apps if named else _differing(apps, checkout.changed(commit, ("apps", _SERVERS)))
    if not differing:
        return ()
    tree = workspace.state / "commits" / commit
    checkout.extract(commit, ("apps", _SERVERS), tree)
    compared: list[App] = []
    for app in differing:
        compared += [app, *_edition(app, tree / "apps" / app.folder.name, commit)]
    if not any(app.edition for app in compared):
        raise UsageError(f"Commit {commit} has none of {', '.join(app.name for app in differing)}: nothing to compare.")
    return tuple(compared)


def _edition(app: App, folder: Path, commit: str) -> list[App]:
    """The same app or variant as a commit has it in `folder`; none where it has not."""
    if not folder.is_dir() or not any(folder.iterdir()):  # a submodule's is empty
        return []
    family = {one.variant_of and (one.variant or one.name): one for one in manifest.family(folder)}
    older = family.get(app.variant_of and (app.variant or app.name))
    return [replace(older, name=app.name, edition=commit[:7])] if older else []


def _differing(apps: Iterable[App], files: Sequence[str]) -> list[App]:
    """The apps with a changed file; all of them where the servers changed."""
    # Of a submodule, git names the folder alone.
    changed = {Path(file).parts[1] for file in files if file.startswith("apps/")}
    return [app for app in apps if _SERVERS in files or app.folder.name in changed]


def _locked(app: App) -> set[str]:
    """The packages that the app's own lock and the servers' pin."""
    servers = {canonicalize_name(server.package) for server in SERVERS.values() if server.package}
    return pins.locked(app.lock) | servers
