"""`bench new-app`: a folder to start from."""

import click

from bench.cli.console import OUT, in_workspace
from bench.model import Interface
from bench.suts import scaffold
from bench.workspace import Workspace


@click.command("new-app")
@click.argument("name")
@click.option("--interface", type=click.Choice(["wsgi", "asgi"]), default="wsgi", show_default=True)
@in_workspace
def new_app_(workspace: Workspace, name: str, interface: Interface) -> None:
    """Write the folder of a new app, and list what is left to write."""
    app = scaffold.new(name, interface, workspace.apps)
    OUT.print(f"Wrote apps/{app.folder.name}, which answers /plaintext and /json without a framework.\n")
    click.echo((app.folder / scaffold.TODO).read_text("utf-8").rstrip())
