"""`bench verify --watch`: one app after each change of its files, a clause a line."""

import click
from rich.text import Text

from bench.cli.console import OUT, LeftOut
from bench.contract.violation import blocks
from bench.errors import UsageError
from bench.measure import watching
from bench.measure.watching import Look
from bench.suts import discovery
from bench.words import counted, printable
from bench.workspace import Workspace

_MARKS = {"kept": ("✓", "cyan"), "broken": ("✗", "magenta")}


def watch(names: tuple[str, ...], server: str | None, clauses: tuple[str, ...], workspace: Workspace) -> int:
    """Check the app until it keeps all that is checked; raises UsageError unless exactly one is named."""
    if len(names) != 1:
        raise UsageError("--watch looks at one app: name it, and nothing else.")
    (app,) = discovery.choose(workspace.apps, names, LeftOut())
    before: Look | None = None
    for look in watching.looks(app, server, workspace, clauses):
        _show(look, before)
        if look.complete:
            OUT.print(Text(f"✓ {app.name} keeps all of this", style="cyan"))
        else:
            waiting = f"Looking again when a file below apps/{app.folder.name} changes; Ctrl-C ends."
            OUT.print(Text(waiting, style="dim"))
        before = before if look.trouble else look
    return 0


def _show(look: Look, before: Look | None) -> None:
    """The clauses whose state is news, and the failure to look at next."""
    if look.trouble:
        OUT.print(Text(f"✗ {printable(look.trouble)}", style="bold magenta"), soft_wrap=True)
        return
    known = before.states if before else {}
    for clause, state in look.states.items():
        if state in _MARKS and known.get(clause) != state:
            mark, style = _MARKS[state]
            OUT.print(Text(f"{mark} {clause}", style=style))
    for block in blocks(look.worst(before)):
        click.echo(f"\n{printable(block)}")
    open_ones = f"; {look.count('open')} cannot be looked at before others are" if look.count("open") else ""
    OUT.print(f"{look.count('kept')} of {counted(len(look.states), 'clause')} kept{open_ones}.")
