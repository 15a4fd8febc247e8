"""`bench serve`: one app, until Ctrl-C."""

import click

from bench.cli.choices import DATABASE
from bench.cli.console import ERR, LeftOut, in_workspace, prepare
from bench.identity import COMMON
from bench.model import Sut
from bench.suts import discovery, serving
from bench.suts.server_table import SERVERS
from bench.suts.servers import Server
from bench.workspace import Workspace


@click.command("serve")
@click.argument("app")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--server", type=click.Choice(list(SERVERS)), default=COMMON, show_default=True)
@DATABASE
@in_workspace
def serve_(workspace: Workspace, app: str, port: int, server: str, database: str) -> None:
    """Print the URL of one app, served until Ctrl-C."""

    def ready(running: Server) -> None:
        click.echo(running.url)
        ERR.print(f"{chosen.label} on {server}; Ctrl-C ends it.")

    (chosen,) = discovery.choose(workspace.apps, (app,), LeftOut())
    prepare((chosen,), workspace)
    serving.serve(Sut.of(chosen, server, database=database), port, workspace, ready)
