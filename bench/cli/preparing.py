"""Commands that make environments: `bench setup`, and `bench lock` for maintainers of pins."""

from pathlib import Path

import click

from bench.cli.console import APPS, OUT, LeftOut, in_workspace, prepare, prepare_crawler
from bench.model import App
from bench.suts import discovery, environments
from bench.suts.groups import DEFAULT
from bench.words import counted
from bench.workspace import Workspace


@click.command("setup")
@APPS
@in_workspace
def setup_(workspace: Workspace, apps: tuple[str, ...]) -> int:
    """Make the apps' environments (quick when nothing changed).

    Without names, those of `make bench` and the crawler's.
    """
    left_out = LeftOut()
    chosen = discovery.choose(workspace.apps, apps or (DEFAULT,), left_out)
    ready = prepare(chosen, workspace, left_out)
    prepare_crawler(workspace)
    OUT.print(f"{counted(len(ready), 'environment')} ready.")
    return left_out.code


@click.command("lock", hidden=True)
@APPS
@in_workspace
def lock_(workspace: Workspace, apps: tuple[str, ...]) -> int:
    """Compile pinned requirements again: of the apps that are named, or of all, the servers and the crawler.

    An app that has none yet gets them.
    """
    left_out = LeftOut()
    chosen = discovery.choose(workspace.apps, apps, left_out, locked=False, runnable=False)
    if not apps:
        environments.compile_server_lock()
        environments.compile_crawler_lock()
    locks: dict[Path, App] = {}
    for app in chosen:  # a variant may share the lock of its app
        locks.setdefault(app.lock, app)
    for app in locks.values():
        environments.compile_lock(app)
        OUT.print(f"Compiled the lock of {app}.")
    return left_out.code
