"""Commands that measure."""

import shlex
import sys
from pathlib import Path
from typing import Any

import click

from bench.cli import comparing
from bench.cli.console import ERR, JSON, OUT, prepare, show
from bench.errors import NothingChanged, UsageError
from bench.measure import plan
from bench.store import archive
from bench.suts import manifest


@click.command("run")
@click.option("--profile", type=click.Choice(list(plan.PROFILES)), show_default="quick")
@click.option("--apps", help="Apps, with commas between them; all by default.")
@click.option("--workloads", "chosen", help="Workloads, with commas between them; the profile's by default.")
@click.option(
    "--server",
    "kind",
    type=click.Choice(["common", "native", "both"]),
    help="The common server, each app's native one, or both.",
)
@click.option("--rounds", "count", type=click.IntRange(1, 100), help="Exactly this many rounds.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Repeat the order of an earlier run.")
@click.option("--baseline", help="The SUT that ratios are taken against; the floor by default.")
@click.option("--resume", metavar="RUN", help="Go on with an interrupted run: its id, its folder, or latest.")
@click.option(
    "--against",
    metavar="REF|PACKAGE==VERSION",
    help="Measure the apps beside their older selves: of a commit, or on another version of a package.",
)
@click.option(
    "--instructions",
    is_flag=True,
    default=None,
    help="Also count the instructions of a call in process, with valgrind.",
)
@comparing.options
@JSON
def run_(as_json: bool, fail_on: str | None, threshold: float, markdown: Path | None, **options: Any) -> int:
    """Verify the apps, measure them, and report.

    With --against, both editions of an app stand in one rotation, and what changed is told; without --apps only the
    apps that differ are measured.
    """
    from bench.analysis import changes  # noqa: PLC0415
    from bench.measure import session  # noqa: PLC0415
    from bench.store import storage  # noqa: PLC0415

    wishes = session.Wishes(**options)
    if (fail_on or markdown) and not wishes.against:
        raise UsageError("--fail-on and --markdown belong to a comparison: say --against what.")
    try:
        code = _measure(wishes, as_json)
    except NothingChanged as error:
        ERR.print(str(error), markup=False, soft_wrap=True)
        comparing.note(markdown, f"{error}\n")
        return 0
    if wishes.against:
        found = changes.within(storage.load(archive.latest()), threshold)
        return comparing.conclude(found, fail_on=fail_on, markdown=markdown) or code
    return code


@click.command("micro")
@click.option("--apps", help="Apps, with commas between them; all by default.")
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
def micro_(as_json: bool, **options: Any) -> int:
    """Measure in process only: what a call costs."""
    from bench.measure import session  # noqa: PLC0415

    return _measure(session.Wishes(profile="micro", **options), as_json)


def _measure(wishes: Any, as_json: bool) -> int:
    from bench.measure import session  # noqa: PLC0415

    command = f"python -m bench {shlex.join(sys.argv[1:])}"
    finished, folder = session.measure(wishes, command, ERR, prepare)
    if as_json:
        click.echo((folder / "run.json").read_text("utf-8"), nl=False)
    else:
        show(folder)
    return 1 if finished.failures else 0


@click.command("calibrate")
@click.option("--rounds", type=click.IntRange(3, 100), default=12, show_default=True, help="Rounds of each experiment.")
@click.option("--prove", metavar="RUNS", type=click.IntRange(1, 100), help="Try the verdicts in this many quick runs.")
@click.option("--slowed-by", type=click.FloatRange(0, 1), default=0.1, show_default=True, help="Of the slowed copy.")
@click.option("--app", default="flask_app", show_default=True, help="The app whose copies are compared.")
def calibrate_(rounds: int, prove: int | None, slowed_by: float, app: str) -> None:
    """Measure the instrument itself: how fast, how quiet.

    That is the generator's ceiling beside that of other tools, and the noise by slice length. With --prove, whether
    verdicts are right: quick runs over two equal copies of an app and a slowed one.
    """
    from bench.calibrate import command  # noqa: PLC0415

    floor, chosen = manifest.select(manifest.discover(), ("wsgi_app", app))
    prepare((floor, chosen))
    if prove:
        command.prove(chosen, OUT, runs=prove, share=slowed_by)
    else:
        command.calibrate(floor, chosen, OUT, rounds=rounds)
