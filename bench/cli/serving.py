"""`bench serve`: one app, until Ctrl-C."""

import click

from bench.cli.choices import DATABASE, SERVER
from bench.cli.console import ERR, LeftOut, in_workspace, prepare
from bench.model import Sut
from bench.suts import discovery, server_table, serving
from bench.suts.servers import Server
from bench.workspace import Workspace


@click.command("serve")
@click.argument("app")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@SERVER
@DATABASE
@in_workspace
def serve_(workspace: Workspace, app: str, port: int, server: str | None, database: str) -> None:
    """Print the URL of one app, served until Ctrl-C."""

    def ready(running: Server) -> None:
        click.echo(running.url)
        ERR.print(f"{chosen.label} on {server_table.words(sut.server)}; Ctrl-C ends it.")

    (chosen,) = discovery.choose(workspace.apps, (app,), LeftOut())
    prepare((chosen,), workspace)
    sut = Sut.of(chosen, server, database=database)
    serving.serve(sut, port, workspace, ready)
