"""Commands that measure."""

import shlex
import sys
from pathlib import Path
from typing import Any

import click

from bench.analysis import changes
from bench.cli import comparing, faces, machines
from bench.cli.choices import DATABASES
from bench.cli.console import ERR, JSON, in_workspace
from bench.cli.machines import HERE, There
from bench.cli.progress import ProgressLine
from bench.cli.session import SessionFace
from bench.errors import NothingChanged, UsageError
from bench.measure import session
from bench.measure.profiles import PROFILES
from bench.measure.wishes import Wishes
from bench.store import archive, storage
from bench.workspace import Workspace

_APPS = click.option(
    "--apps",
    help="Apps, variants (flask:orm) and groups, with commas between them; by default those of `make bench`.",
)


@click.command("run")
@click.option("--profile", type=click.Choice(list(PROFILES)), show_default="quick")
@_APPS
@click.option("--workloads", "chosen", help="Workloads, with commas between them; the profile's by default.")
@click.option(
    "--server",
    "kind",
    type=click.Choice(["common", "native", "both"]),
    help="The common server, each app's native one, or both.",
)
@click.option(
    "--workers", help="Worker processes of each server, as in 1,2,4; a server that can have one alone keeps that."
)
@click.option("--rounds", "count", type=click.IntRange(1, 100), help="Exactly this many rounds.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Repeat the order of an earlier run.")
@click.option("--baseline", help="The SUT that ratios are taken against; the floor by default.")
@click.option(
    "--generators",
    type=click.IntRange(1, 16),
    show_default="1",
    help="Load generators that share the users and the arrivals, each a process.",
)
@click.option(
    "--listen",
    metavar="ADDRESS:PORT",
    help="Have generators of other machines join here, at an address of this one, and start none.",
)
@click.option(
    "--web",
    metavar="[ADDRESS:]PORT",
    help="Show the load on Locust's own web page, at a port that only this machine reaches or at an address.",
)
@click.option("--resume", metavar="RUN", help="Go on with an interrupted run: its id, its folder, or latest.")
@click.option(
    "--against",
    metavar="REF|PACKAGE==VERSION",
    help="Measure the apps beside their older selves: of a commit, or on another version of a package or of Python.",
)
@click.option(
    "--instructions",
    is_flag=True,
    default=None,
    help="Also count the instructions of a call in process, with valgrind.",
)
@machines.options
@DATABASES
@comparing.options
@JSON
@in_workspace
def run_(
    workspace: Workspace,
    /,
    as_json: bool,
    fail_on: str | None,
    threshold: float,
    markdown: Path | None,
    agent: str | None,
    server_host: str | None,
    servers_at: str | None,
    **options: Any,
) -> int:
    """Verify the apps, measure them, and report.

    With --against, both editions of an app take turns in one rotation, and the command says what changed. Without
    --apps, only the apps that differ are measured.
    """

    wishes = Wishes(**options)
    if (fail_on or markdown) and not wishes.against:
        raise UsageError("--fail-on and --markdown belong to a comparison: say --against what.")
    try:
        code = _measure(wishes, workspace, as_json, There(agent, server_host, servers_at, wishes.listen, wishes.web))
    except NothingChanged as error:
        ERR.print(str(error), markup=False, soft_wrap=True)
        comparing.note(markdown, f"{error}\n")
        return 0
    if wishes.against:
        compared = changes.within(storage.load(archive.latest(workspace.results)), threshold)
        return comparing.conclude(compared, fail_on=fail_on, markdown=markdown) or code
    return code


@click.command("micro")
@_APPS
@click.option("--operations", help="Operations of the contract, with commas between them; all by default.")
@click.option("--rounds", "count", type=click.IntRange(1, 100), help="Exactly this many rounds.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Repeat the order of an earlier run.")
@click.option(
    "--instructions",
    is_flag=True,
    default=None,
    help="Also count the instructions of a call in process, with valgrind.",
)
@JSON
@in_workspace
def micro_(workspace: Workspace, /, as_json: bool, **options: Any) -> int:
    """Measure in process only: what a call costs."""

    return _measure(Wishes(profile="micro", **options), workspace, as_json)


def _measure(wishes: Wishes, workspace: Workspace, as_json: bool, there: There = HERE) -> int:
    command = f"python -m bench {shlex.join(there.unnamed(sys.argv[1:]))}"
    elsewhere = there.place()
    with ProgressLine(ERR) as line:
        face = SessionFace(ERR, line, there.flag)
        finished, folder = session.measure(wishes, command, workspace, face, elsewhere)
    faces.write(finished, folder)
    if as_json:
        click.echo((folder / "run.json").read_text("utf-8"), nl=False)
    else:
        faces.show(finished, folder)
    return 1 if finished.failures else face.leaves_out.code
