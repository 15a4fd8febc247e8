"""Commands that make environments ready: `bench setup`, and `bench lock` for who keeps the pins."""

import click

from bench.cli.console import APPS, OUT, in_workspace, prepare, prepare_crawler
from bench.suts import environments, manifest
from bench.words import counted
from bench.workspace import Workspace


@click.command("setup")
@APPS
@in_workspace
def setup_(workspace: Workspace, apps: tuple[str, ...]) -> None:
    """Make the apps' environments (quick when nothing changed)."""
    chosen = manifest.select(manifest.discover(workspace.apps), apps)
    prepare(chosen, workspace)
    prepare_crawler(workspace)
    OUT.print(f"{counted(len(chosen), 'environment')} ready.")


@click.command("lock", hidden=True)
@APPS
@in_workspace
def lock_(workspace: Workspace, apps: tuple[str, ...]) -> None:
    """Compile the pinned requirements of the servers, of the crawler and of each app again."""
    environments.compile_server_lock()
    environments.compile_crawler_lock()
    for app in manifest.select(manifest.discover(workspace.apps), apps):
        environments.compile_lock(app)
        OUT.print(f"Compiled the lock of {app}.")
