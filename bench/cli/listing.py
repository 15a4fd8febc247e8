"""`bench list`: the names that a command line accepts."""

import json

import click
from rich.text import Text

from bench.cli import choices
from bench.cli.console import JSON, OUT, LeftOut, in_workspace
from bench.suts import discovery
from bench.workspace import Workspace

_LEAST_WIDTH = 16


@click.command("list")
@JSON
@in_workspace
def list_(workspace: Workspace, as_json: bool) -> int:
    """List apps with their variants, workloads, profiles and servers."""
    left_out = LeftOut()
    apps = discovery.choose(workspace.apps, (), left_out, runnable=False)
    if as_json:
        click.echo(json.dumps(choices.as_json(apps), indent=1))
        return left_out.code
    for title, rows in choices.columns(apps).items():
        OUT.print(f"[bold]{title}[/bold]")
        width = max(_LEAST_WIDTH, *(len(name) for name, _ in rows))
        for name, words in rows:
            OUT.print(Text(f"  {name:{width}} {words}".rstrip()), soft_wrap=True)
    return left_out.code
