"""Commands on a run that is stored."""

from typing import TextIO

import click

from bench.cli import faces
from bench.cli.console import in_workspace
from bench.report import exports
from bench.store import archive, plausible, storage
from bench.workspace import Workspace


@click.command("report")
@click.argument("run", default="latest")
@click.option("--baseline", help="The SUT that ratios are taken against.")
@in_workspace
def report_(workspace: Workspace, run: str, baseline: str | None) -> None:
    """Draw the report of a stored run again.

    RUN is its id, its folder, or latest.
    """
    folder = archive.find(run, workspace.results)
    stored = storage.load(folder)
    with plausible.consistent(stored.run.id):
        faces.write(stored, folder, baseline)
        faces.show(stored, folder, baseline)


@click.command("export")
@click.argument("run", default="latest")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(exports.FORMATS)),
    default="github-action-benchmark",
    show_default=True,
    help="The tool that is to read it.",
)
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="A file; by default it is printed.")
@in_workspace
def export_(workspace: Workspace, run: str, form: str, output: TextIO) -> None:
    """Write a run as JSON that other tools follow.

    RUN is its id, its folder, or latest. What is exported is CPU per request, and that over the floor's:
    github-action-benchmark takes it as customSmallerIsBetter, Bencher as json.
    """
    stored = storage.load(archive.find(run, workspace.results))
    with plausible.consistent(stored.run.id):
        output.write(exports.render(stored, form))
