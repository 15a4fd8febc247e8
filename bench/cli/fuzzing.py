"""`bench fuzz`: requests drawn by lot, in several ways."""

from collections.abc import Mapping

import click
from rich.text import Text

from bench.cli.choices import SERVER
from bench.cli.console import APPS, ERR, OUT, LeftOut, in_workspace, prepare
from bench.cli.progress import ProgressLine
from bench.errors import UsageError
from bench.fuzz import campaign
from bench.fuzz.campaign import WAYS, Standing
from bench.fuzz.finding import Finding, Fuzzed
from bench.measure.verification import SERVED_AT
from bench.model import Sut
from bench.suts import discovery
from bench.suts.groups import DEFAULT
from bench.words import counted, listing, printable
from bench.workspace import Workspace


@click.command("fuzz")
@APPS
@SERVER
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="What the requests are drawn from.")
@click.option(
    "--requests",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    help="About so many to each app, in all ways together; `growth` needs some thousand.",
)
@click.option("--way", "ways", type=click.Choice(list(WAYS)), multiple=True, help="This way only; may be repeated.")
@in_workspace
def fuzz_(
    workspace: Workspace, apps: tuple[str, ...], server: str | None, seed: int, requests: int, ways: tuple[str, ...]
) -> int:
    """Send apps requests that are drawn by lot, the same for the same seed.

    There are four ways. `compare` sends reads, writes and refused requests to all apps at once, and prints the shortest
    sequences that tell two apart. `schema` has Schemathesis hold answers against apps/openapi.yaml. `raw` sends bytes
    that are no proper HTTP. `growth` sends one kind of request after the other, and looks at the server's memory.

    Exit 1 where anything was found. Without names, the apps of `make bench` take part.
    """
    left_out = LeftOut()
    chosen = discovery.choose(workspace.apps, apps or (DEFAULT,), left_out)
    ways = tuple(way for way in WAYS if way in ways or not ways)
    if len(chosen) < 2 and "compare" in ways:
        raise UsageError(
            "`compare` needs two apps or more: name them, or none for those of `make bench`, or another --way."
        )
    prepare(chosen, workspace)
    suts = [Sut.of(app, server) for app in chosen]
    with ProgressLine(ERR) as line:
        outcomes = campaign.fuzz(
            suts, workspace, seed=seed, requests=requests, ways=ways, asked_at=SERVED_AT, watch=_shown_by(line)
        )
    _show(outcomes)
    findings = sum(len(outcome.findings) for outcome in outcomes.values())
    sent = sum(outcome.requests for outcome in outcomes.values())
    sentence = f"{counted(sent, 'request')} of seed {seed} to each of {listing([sut.id for sut in suts])}"
    if findings:
        OUT.print(Text(f"✗ {sentence}: {counted(findings, 'finding')}", style="bold magenta"), soft_wrap=True)
        return 1
    OUT.print(Text(f"✓ {sentence}: nothing found", style="cyan"), soft_wrap=True)
    return left_out.code


def _shown_by(line: ProgressLine) -> campaign.Watch:
    def watch(stage: Standing) -> None:
        line.show(stage.done_s, stage.left_s, stage.way, (stage.way, stage.doing), more=f": {stage.doing}")

    return watch


def _show(outcomes: Mapping[str, Fuzzed]) -> None:
    for way, outcome in outcomes.items():
        for finding in outcome.findings:
            _show_finding(way, finding)
        OUT.print(f"{way}: {counted(outcome.requests, 'request')} to each app", style="dim", soft_wrap=True)
        for note in outcome.notes:
            OUT.print(Text(f"  {note}", style="dim"), soft_wrap=True)


def _show_finding(way: str, finding: Finding) -> None:
    click.echo(printable(f"{way}: {finding.title}"))
    for text in finding.lines:
        click.echo(printable(f"  {text}"))
