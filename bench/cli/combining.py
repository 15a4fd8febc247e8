"""`bench combine`: runs of several machines in one report."""

from pathlib import Path

import click
from rich.text import Text

from bench.analysis import combination
from bench.cli.console import JSON, OUT, in_workspace
from bench.report.combined import files, text, view
from bench.store import archive, plausible, storage
from bench.words import listing, printable
from bench.workspace import Workspace


@click.command("combine")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option("--baseline", help="The SUT that ratios are taken against; that of the first run by default.")
@click.option("--into", metavar="FOLDER", type=click.Path(path_type=Path), help="Where; results/combined by default.")
@JSON
@in_workspace
def combine_(
    workspace: Workspace, runs: tuple[str, ...], baseline: str | None, into: Path | None, as_json: bool
) -> None:
    """Put runs of several machines into one report, side by side.

    RUN is an id, a folder, or latest; two or more are needed. Copy the folders of other machines' runs here first. Runs
    must have measured the same: profile, contract, apps, versions, servers and databases. With --json the report is
    printed for machines, and written only where --into says so.
    """
    stored = [storage.load(archive.find(name, workspace.results)) for name in runs]
    with plausible.consistent(listing([run.run.id for run in stored])):
        built = view.build(combination.of(stored), baseline)
        folder = into or (None if as_json else workspace.results / "combined")
        if folder:
            files.write(built, folder)
    if as_json:
        click.echo(files.as_json(built), nl=False)
        return
    text.show(built, OUT)
    OUT.print(Text(printable(f"The report is {folder}/report.html")), soft_wrap=True)
