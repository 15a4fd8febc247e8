"""Commands on runs that are stored."""

from typing import TextIO

import click

from bench import exports
from bench.cli.console import show


@click.command("report")
@click.argument("run", default="latest")
@click.option("--baseline", help="The SUT that ratios are taken against.")
def report_(run: str, baseline: str | None) -> None:
    """Draw the report of a stored run again.

    RUN is its id, its folder, or latest.
    """
    from bench import archive, storage  # noqa: PLC0415
    from bench.report import files  # noqa: PLC0415

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
    from bench import archive, storage  # noqa: PLC0415

    output.write(exports.render(storage.load(archive.find(run)), form))
