"""Commands that compare, and the options that they share with `run --against`."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from bench.analysis import changes, combination
from bench.analysis.changes import Changes
from bench.cli.console import ERR, JSON, OUT, in_workspace
from bench.errors import Incomparable
from bench.report import changed
from bench.report.combined import files, text, view
from bench.store import archive, plausible, storage
from bench.store.results import Run
from bench.workspace import Workspace

_ABREAST = (
    "These runs are of two machines, so nothing is said of a change. Their ratios stand side by side instead, as in "
    "the report of `make combine`."
)


class Percentage(click.ParamType[float]):
    """`5%` as 0.05; a share such as 0.05 is taken too."""

    name = "percentage"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Raises a usage error for a value that is not from 0 to 100 %."""
        if isinstance(value, float):
            return value
        number, percent, rest = str(value).strip().partition("%")
        try:
            share = float(number) / 100 if percent else float(number)
        except ValueError:
            share = -1.0
        if rest or not 0 <= share < 1:
            self.fail(f"{value!r} is no percentage below 100%, such as 5%.", param, ctx)
        return share


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options on how a comparison is judged and where it is written."""
    for option in (
        click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="Append it to this file too."),
        click.option("--threshold", type=Percentage(), default="5%", show_default=True, help="Smaller is no change."),
        click.option("--fail-on", type=click.Choice(["slower"]), help="Exit 1 if something got slower, or now fails."),
    ):
        command = option(command)
    return command


def conclude(changes: Changes, *, fail_on: str | None, markdown: Path | None) -> int:
    """Print a comparison and append it to the file; returns the exit code."""

    note(markdown, changed.markdown(changes))
    changed.show(changes, OUT)
    return 1 if fail_on and changes.worse else 0


def note(file: Path | None, text: str) -> None:
    """Append to the Markdown file, where one was asked for."""
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)


@click.command("compare")
@click.argument("base", required=False)
@click.argument("head", default="latest")
@options
@click.option("--force", is_flag=True, help="Compare what is not comparable, and say so.")
@JSON
@in_workspace
def compare_(
    workspace: Workspace,
    base: str | None,
    head: str,
    fail_on: str | None,
    threshold: float,
    markdown: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Say what changed from one run to another.

    BASE and HEAD are runs: an id, a folder, or latest. With BASE alone, the latest is HEAD. With neither, the latest
    run is taken by itself if it was measured with --against, and else compared with the one before it of its profile
    and machine. The ratios of runs of two machines are shown side by side, unless --fail-on wants a judgement.
    """

    before, run = _sides(workspace.results, base, head)
    if before and _of_two_machines(before, run) and not (force or fail_on):
        _show_abreast(before, run, markdown, as_json=as_json)
        return 0
    with plausible.consistent(run.run.id):
        comparison = changes.between(before, run, threshold) if before else changes.within(run, threshold)
    if comparison.differences and not force:
        raise Incomparable(
            f"Not comparable: {'; '.join(comparison.differences)}. --force compares them all the same, and says so."
        )
    if as_json:
        note(markdown, changed.markdown(comparison))
        click.echo(json.dumps(asdict(comparison) | {"worse": comparison.worse}, indent=1))
        return 1 if fail_on and comparison.worse else 0
    return conclude(comparison, fail_on=fail_on, markdown=markdown)


def _sides(results: Path, base: str | None, head: str) -> tuple[Run | None, Run]:
    """The run to compare with, and the one that is compared; None for the first where that has both editions itself."""
    folder = archive.find(head, results)
    run = storage.load(folder)
    if base is None and any(sut.base_of for sut in run.suts):
        return None, run
    return storage.load(archive.before(folder, run) if base is None else archive.find(base, results)), run


def _of_two_machines(base: Run, head: Run) -> bool:
    return base.environment.fingerprint != head.environment.fingerprint


def _show_abreast(base: Run, head: Run, markdown: Path | None, *, as_json: bool) -> None:
    """Show two runs as `combine` does; raises Incomparable where they cannot go side by side either."""
    try:
        with plausible.consistent(f"{base.run.id} or {head.run.id}"):
            built = view.build(combination.of((base, head)))
    except Incomparable as error:
        raise Incomparable(
            f"Not comparable: the runs are of two machines, and do not go side by side either. {error} --force "
            "compares them all the same, and says so."
        ) from None
    note(markdown, f"{_ABREAST}\n\n{text.render(built)}")
    (ERR if as_json else OUT).print(Text(_ABREAST), soft_wrap=True)
    if as_json:
        click.echo(files.as_json(built), nl=False)
    else:
        text.show(built, OUT)
