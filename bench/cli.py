"""The command line: the only place that parses arguments, prints and exits.

What measures is imported by the command that needs it, so that `--help` and `list` stay quick.

Exit codes: 0 all is well; 1 a violation, or something could not be measured; 2 the command could not be done; 130
interrupted.
"""

import json
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.text import Text

from bench import choices, environments, exits, launch, manifest, plan
from bench.errors import UsageError
from bench.model import App, Sut
from bench.report.words import counted, printable

_OUT, _ERR = Console(highlight=False), Console(stderr=True, highlight=False)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit with its code; nothing a user can do ends in a traceback."""
    sys.exit(exits.code_of(lambda: _commands.main(arguments, "python -m bench", standalone_mode=False), _ERR))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def _commands() -> None:
    """Measure the same small application in many Python web frameworks.

    `make bench` does it all; these are the parts.
    """


def _apps_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.argument("apps", nargs=-1, metavar="[APP]...")(command)


def _prepare(apps: Sequence[App]) -> None:
    for app in apps:
        if environments.ensure(app):
            _ERR.print(f"Made the environment of {app.id}.")


@_commands.command("list")
@_JSON
def _list(as_json: bool) -> None:
    """List apps, workloads, profiles and servers."""
    apps = manifest.discover()
    if as_json:
        click.echo(json.dumps(choices.as_json(apps), indent=1))
        return
    for title, rows in choices.told(apps).items():
        _OUT.print(f"[bold]{title}[/bold]")
        for name, words in rows:
            _OUT.print(Text(f"  {name:16} {words}".rstrip()), soft_wrap=True)


@_commands.command("setup")
@_apps_argument
def _setup(apps: tuple[str, ...]) -> None:
    """Make the apps' environments (quick when nothing changed)."""
    chosen = manifest.select(manifest.discover(), apps)
    _prepare(chosen)
    _OUT.print(f"{counted(len(chosen), 'environment')} ready.")


@_commands.command("lock", hidden=True)
@_apps_argument
def _lock(apps: tuple[str, ...]) -> None:
    """Compile the pinned requirements of the servers and of each app again."""
    environments.compile_server_lock()
    for app in manifest.select(manifest.discover(), apps):
        environments.compile_lock(app)
        _OUT.print(f"Compiled the lock of {app.id}.")


@_commands.command("serve")
@click.argument("app")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--server", type=click.Choice(launch.SERVERS), default=launch.COMMON, show_default=True)
def _serve(app: str, port: int, server: str) -> None:
    """Print the URL of one app, served until Ctrl-C."""
    from bench import serving  # noqa: PLC0415
    from bench.servers import Server  # noqa: PLC0415

    def ready(running: Server) -> None:
        click.echo(running.url)
        _ERR.print(f"{chosen.label} on {server}; Ctrl-C ends it.")

    (chosen,) = manifest.select(manifest.discover(), (app,))
    _prepare((chosen,))
    serving.serve(Sut(chosen.name, chosen, server), port, ready)


@_commands.command("verify")
@_apps_argument
@click.option("--all", "every", is_flag=True, help="Every app under apps/.")
@click.option("--url", help="Check a server that runs already, whoever wrote it, instead of an app.")
@click.option("--server", type=click.Choice(launch.SERVERS), default=launch.COMMON, show_default=True)
@click.option("--clause", "clauses", multiple=True, help="Check this clause of apps/SPEC.md only; may be repeated.")
@_JSON
def _verify(
    apps: tuple[str, ...], every: bool, url: str | None, server: str, clauses: tuple[str, ...], as_json: bool
) -> int:
    """Check apps, or any URL, against the contract. Exit 1 and a block for each violation."""
    from bench import verification  # noqa: PLC0415
    from bench.spec.verify import verify  # noqa: PLC0415

    if bool(apps) + every + bool(url) != 1:
        raise UsageError("Name what to verify: one or more apps, or --all, or --url URL.")
    if url:
        found = {url: verify(url, only=set(clauses) or None)}
        _tell_violations(url, found[url], as_json)
    else:
        chosen = manifest.select(manifest.discover(), apps)
        _prepare(chosen)
        found = verification.verify_suts(
            [Sut(app.id, app, server) for app in chosen],
            lambda sut, violations: _tell_violations(sut.id, violations, as_json),
            only=clauses,
        )
    if as_json:
        click.echo(
            json.dumps(
                {name: [asdict(violation) for violation in violations] for name, violations in found.items()}, indent=1
            )
        )
    return 1 if any(found.values()) else 0


def _tell_violations(name: str, violations: Sequence[object], as_json: bool) -> None:
    if as_json:
        return
    for violation in violations:
        click.echo(printable(f"{violation}\n"))
    mark = f"✗ {name}: {counted(len(violations), 'violation')}" if violations else f"✓ {name} keeps the contract"
    _OUT.print(Text(mark, style="bold magenta" if violations else "cyan"))


@_commands.command("run")
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
@_JSON
def _run(as_json: bool, **options: Any) -> int:
    """Verify the apps, measure them, and report."""
    from bench import session  # noqa: PLC0415

    return _measure(session.Wishes(**options), as_json)


@_commands.command("micro")
@click.option("--apps", help="Apps, with commas between them; all by default.")
@click.option("--operations", help="Operations of the contract, with commas between them; all by default.")
@click.option("--rounds", "count", type=click.IntRange(1, 100), help="Exactly this many rounds.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Repeat the order of an earlier run.")
@_JSON
def _micro(as_json: bool, **options: Any) -> int:
    """Measure in process only: what a call costs."""
    from bench import session  # noqa: PLC0415

    return _measure(session.Wishes(profile="micro", **options), as_json)


def _measure(wishes: Any, as_json: bool) -> int:
    from bench import session  # noqa: PLC0415

    command = f"python -m bench {shlex.join(sys.argv[1:])}"
    finished, folder = session.measure(wishes, command, _ERR, _prepare)
    if as_json:
        click.echo((folder / "run.json").read_text("utf-8"), nl=False)
    else:
        _show(folder, None)
        _OUT.print(Text(f"The report is {folder / 'report.html'}"), soft_wrap=True)
    return 1 if finished.failures else 0


@_commands.command("calibrate")
@click.option("--rounds", type=click.IntRange(3, 100), default=12, show_default=True, help="Rounds of each experiment.")
@click.option("--prove", metavar="RUNS", type=click.IntRange(1, 100), help="Try the verdicts in this many quick runs.")
@click.option("--slowed-by", type=click.FloatRange(0, 1), default=0.1, show_default=True, help="Of the slowed copy.")
@click.option("--app", default="flask_app", show_default=True, help="The app whose copies are compared.")
def _calibrate(rounds: int, prove: int | None, slowed_by: float, app: str) -> None:
    """Measure the instrument: the generator's ceiling beside other tools, the noise by slice length.

    With --prove, whether verdicts are right: quick runs over two equal copies of an app and a slowed one.
    """
    from bench.calibrate import command  # noqa: PLC0415

    floor, chosen = manifest.select(manifest.discover(), ("wsgi_app", app))
    _prepare((floor, chosen))
    if prove:
        command.prove(chosen, _OUT, runs=prove, share=slowed_by)
    else:
        command.calibrate(floor, chosen, _OUT, rounds=rounds)


@_commands.command("report")
@click.argument("run", default="latest")
@click.option("--baseline", help="The SUT that ratios are taken against.")
def _report(run: str, baseline: str | None) -> None:
    """Draw the report of a stored run again.

    RUN is its id, its folder, or latest.
    """
    from bench import archive, storage  # noqa: PLC0415
    from bench.report import files  # noqa: PLC0415

    folder = archive.find(run)
    files.write(storage.load(folder), folder, baseline)
    _show(folder, baseline)
    _OUT.print(Text(f"The report is {folder / 'report.html'}"), soft_wrap=True)


def _show(folder: Path, baseline: str | None) -> None:
    from bench import storage  # noqa: PLC0415
    from bench.report import terminal, view  # noqa: PLC0415

    terminal.show(view.build(storage.load(folder), baseline), _OUT)
