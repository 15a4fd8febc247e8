"""The console that commands print to, and the arguments that several of them share."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click
from rich.console import Console
from rich.text import Text

from bench.errors import BenchError
from bench.model import App
from bench.suts import environments
from bench.words import printable
from bench.workspace import Workspace


class _Console(Console):
    """A console that raises where its reader has left, so that the end of the command decides on the exit code."""

    def on_broken_pipe(self) -> NoReturn:
        raise  # noqa: PLE0704  (rich calls this where it has caught it)


def console(*, stderr: bool = False) -> Console:
    """A console on one of the two streams.

    FORCE_COLOR, which CI services set, asks for colours in a log. Rich takes it to mean a terminal, and would fill the
    log with lines drawn over one another.
    """
    stream = sys.stderr if stderr else sys.stdout
    if os.environ.get("FORCE_COLOR") and not (stream and stream.isatty()):
        return _Console(stderr=stderr, highlight=False, force_terminal=False, color_system="standard")
    return _Console(stderr=stderr, highlight=False)


OUT, ERR = console(), console(stderr=True)
in_workspace = click.make_pass_decorator(Workspace)
"""Passes the workspace to a command as its first argument."""
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
APPS = click.argument("apps", nargs=-1, metavar="[APP]...")


class LeftOut:
    """Reports the apps that are left out, because they or their checkouts are broken; `code` is then the exit code of
    the command.
    """

    def __init__(self) -> None:
        self.code = 0

    def __call__(self, error: BenchError) -> None:
        self.code = 1
        ERR.print(Text(printable(f"Left out: {error}"), style="bold red"), soft_wrap=True)


def prepare(apps: Sequence[App], workspace: Workspace, left_out: LeftOut | None = None) -> tuple[App, ...]:
    """Make the environments that are missing, and report them; returns the apps that are ready.

    Of several, one that cannot be made ready is reported by `left_out`. A single one raises SetupError or
    ManifestError, and so does any without `left_out`.
    """
    broken: list[App] = []

    def leave_out(app: App, error: BenchError) -> None:
        broken.append(app)
        if left_out is None or len(apps) == 1:
            raise error
        left_out(error)

    for name in environments.prepare(apps, workspace.state, leave_out):
        ERR.print(f"Made the environment of {name}.")
    return tuple(app for app in apps if app not in broken)


def prepare_crawler(workspace: Workspace) -> None:
    """Make the crawler's environment if it is missing, and report that."""
    if environments.ensure_crawler(workspace.state):
        ERR.print("Made the environment of the crawler.")
