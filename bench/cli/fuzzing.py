"""`bench fuzz`: the same requests, drawn by lot, to several apps at once."""

import click
from rich.text import Text

from bench.cli.console import APPS, ERR, OUT, LeftOut, in_workspace, prepare
from bench.contract import shown
from bench.contract.differential import Difference
from bench.errors import UsageError
from bench.identity import COMMON
from bench.measure import fuzzing
from bench.measure.verification import SERVED_AT
from bench.model import Sut
from bench.suts import manifest
from bench.suts.groups import DEFAULT
from bench.suts.server_table import SERVERS
from bench.words import counted, listing, printable
from bench.workspace import Workspace

_SAID_EVERY = 10_000
"""Requests between two lines on how far it is."""


@click.command("fuzz")
@APPS
@click.option("--server", type=click.Choice(list(SERVERS)), default=COMMON, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="What the requests are drawn from.")
@click.option(
    "--requests", type=click.IntRange(1), default=10_000, show_default=True, help="So many, to each of the apps."
)
@in_workspace
def fuzz_(workspace: Workspace, apps: tuple[str, ...], server: str, seed: int, requests: int) -> int:
    """Send apps the same requests, and compare their answers and tables.

    Reads, writes and refused requests are drawn by lot, the same for the same seed. Printed are the shortest sequences
    that tell two apps apart. Exit 1 where there are any. Without names, those of `make bench` take part.
    """
    left_out = LeftOut()
    chosen = manifest.choose(workspace.apps, apps or (DEFAULT,), left_out)
    if len(chosen) < 2:
        raise UsageError("Name two apps or more, or none for those of `make bench`: each is compared with the others.")
    prepare(chosen, workspace)
    suts = [Sut.of(app, server) for app in chosen]
    fuzzed = fuzzing.fuzz(suts, workspace, seed=seed, requests=requests, progress=_say_how_far)
    for number, difference in enumerate(fuzzed.findings, 1):
        _show(number, difference)
    sent = f"{counted(fuzzed.requests, 'request')} of seed {seed} to each of {listing([sut.id for sut in suts])}"
    if fuzzed.left_open:
        open_ones = counted(fuzzed.left_open, "sequence")
        OUT.print(f"{open_ones} differed only in what SPEC leaves open.", style="dim", soft_wrap=True)
    if fuzzed.findings:
        OUT.print(Text(f"✗ {sent}: {counted(len(fuzzed.findings), 'finding')}", style="bold magenta"), soft_wrap=True)
        return 1
    OUT.print(Text(f"✓ {sent}: no two were told apart", style="cyan"), soft_wrap=True)
    return left_out.code


def _say_how_far(requests: int) -> None:
    if requests % _SAID_EVERY == 0:
        ERR.print(f"{requests:,} requests")


def _show(number: int, difference: Difference) -> None:
    click.echo(f"finding {number}")
    for step in difference.steps:
        click.echo(printable(f"  request  {step}"))
        if curl := shown.curl(step, SERVED_AT):
            click.echo(printable(f"  curl     {curl}"))
    for name, summary in difference.seen.items():
        click.echo(printable(f"  {name}: {summary}"))
