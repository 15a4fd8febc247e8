"""Commands on runs that are stored."""

import click

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
