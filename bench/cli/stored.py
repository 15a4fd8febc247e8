"""Commands on runs that are stored."""

from pathlib import Path
from typing import TextIO

import click
from rich.text import Text

from bench.cli.console import ERR, OUT, show
from bench.report import exports
from bench.words import printable


@click.command("report")
@click.argument("run", default="latest")
@click.option("--baseline", help="The SUT that ratios are taken against.")
def report_(run: str, baseline: str | None) -> None:
    """Draw the report of a stored run again.

    RUN is its id, its folder, or latest.
    """
    from bench.report import files  # noqa: PLC0415
    from bench.store import archive, storage  # noqa: PLC0415

    folder = archive.find(run)
    files.write(storage.load(folder), folder, baseline)
    show(folder, baseline)


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
def export_(run: str, form: str, output: TextIO) -> None:
    """Write a run as JSON that other tools follow.

    RUN is its id, its folder, or latest. What is exported is CPU per request, and that over the floor's:
    github-action-benchmark takes it as customSmallerIsBetter, Bencher as json.
    """
    from bench.store import archive, storage  # noqa: PLC0415

    output.write(exports.render(storage.load(archive.find(run)), form))


@click.command("site")
@click.option("--into", metavar="FOLDER", type=click.Path(path_type=Path), help="Where; results/site by default.")
@click.option("--from", "url", metavar="URL", help="The site as it was published before: its runs are kept.")
def site_(into: Path | None, url: str | None) -> int:
    """Build a site of all stored runs: an index, each report, trends.

    Exit 1 if a run had to be left out.
    """
    from bench import layout  # noqa: PLC0415
    from bench.site import build  # noqa: PLC0415

    def tell(sentence: str) -> None:
        ERR.print(Text(printable(sentence)), soft_wrap=True)

    folder = into or layout.RESULTS / "site"
    left_out = build.build(layout.RESULTS, folder, url, tell)
    OUT.print(Text(printable(f"The site is {folder / 'index.html'}")), soft_wrap=True)
    return 1 if left_out else 0
