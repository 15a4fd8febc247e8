"""Where commands print, and what several of them share."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from bench.model import App
from bench.suts import environments


def console(*, stderr: bool = False) -> Console:
    """A console on one of the two streams.

    FORCE_COLOR, which CI services set, asks for colours in a log. Rich takes it for a terminal, and would fill the log
    with lines that are drawn over one another.
    """
    stream = sys.stderr if stderr else sys.stdout
    if os.environ.get("FORCE_COLOR") and not (stream and stream.isatty()):
        return Console(stderr=stderr, highlight=False, force_terminal=False, color_system="standard")
    return Console(stderr=stderr, highlight=False)


OUT, ERR = console(), console(stderr=True)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


def prepare(apps: Sequence[App]) -> None:
    """Make the environments that are missing, and say which were made."""
    for app in apps:
        if environments.ensure(app):
            ERR.print(f"Made the environment of {app.name}.")


def show(folder: Path, baseline: str | None = None) -> None:
    """The report of the run in `folder`, on the terminal."""
    from bench.report import terminal, view  # noqa: PLC0415
    from bench.store import storage  # noqa: PLC0415

    terminal.show(view.build(storage.load(folder), baseline), OUT)
    OUT.print(Text(f"The report is {folder / 'report.html'}"), soft_wrap=True)
