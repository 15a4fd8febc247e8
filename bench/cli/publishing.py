"""`bench site`: all stored runs, for the web."""

from pathlib import Path

import click
from rich.text import Text

from bench.cli.console import ERR, OUT, in_workspace
from bench.site import build
from bench.words import printable
from bench.workspace import Workspace


@click.command("site")
@click.option("--into", metavar="FOLDER", type=click.Path(path_type=Path), help="Where; results/site by default.")
@click.option("--from", "url", metavar="URL", help="The site as it was published before: its runs are kept.")
@click.option(
    "--whole",
    metavar="RUNS",
    type=click.IntRange(1),
    default=build.WHOLE,
    show_default=True,
    help="How many runs, the newest, have a whole report; older ones have a short page.",
)
@in_workspace
def site_(workspace: Workspace, into: Path | None, url: str | None, whole: int) -> int:
    """Build a site of all stored runs: an index, each report, trends.

    Exit 1 if a run had to be left out.
    """

    def tell(sentence: str) -> None:
        ERR.print(Text(printable(sentence)), soft_wrap=True)

    folder = into or workspace.results / "site"
    left_out = build.build(workspace.results, folder, url, tell, whole)
    OUT.print(Text(printable(f"The site is {folder / 'index.html'}")), soft_wrap=True)
    return 1 if left_out else 0
