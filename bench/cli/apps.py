"""Commands about apps: what there is, its environments, serving, and the contract."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import click
from rich.text import Text

from bench.cli import choices
from bench.cli.console import ERR, JSON, OUT, prepare
from bench.errors import UsageError
from bench.model import Sut
from bench.suts import environments, launch, manifest
from bench.words import counted, printable


def _apps_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.argument("apps", nargs=-1, metavar="[APP]...")(command)


@click.command("list")
@JSON
def list_(as_json: bool) -> None:
    """List apps, workloads, profiles and servers."""
    apps = manifest.discover()
    if as_json:
        click.echo(json.dumps(choices.as_json(apps), indent=1))
        return
    for title, rows in choices.told(apps).items():
        OUT.print(f"[bold]{title}[/bold]")
        for name, words in rows:
            OUT.print(Text(f"  {name:16} {words}".rstrip()), soft_wrap=True)


@click.command("setup")
@_apps_argument
def setup_(apps: tuple[str, ...]) -> None:
    """Make the apps' environments (quick when nothing changed)."""
    chosen = manifest.select(manifest.discover(), apps)
    prepare(chosen)
    OUT.print(f"{counted(len(chosen), 'environment')} ready.")


@click.command("lock", hidden=True)
@_apps_argument
def lock_(apps: tuple[str, ...]) -> None:
    """Compile the pinned requirements of the servers and of each app again."""
    environments.compile_server_lock()
    for app in manifest.select(manifest.discover(), apps):
        environments.compile_lock(app)
        OUT.print(f"Compiled the lock of {app.id}.")


@click.command("serve")
@click.argument("app")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--server", type=click.Choice(launch.SERVERS), default=launch.COMMON, show_default=True)
def serve_(app: str, port: int, server: str) -> None:
    """Print the URL of one app, served until Ctrl-C."""
    from bench.suts import serving  # noqa: PLC0415
    from bench.suts.servers import Server  # noqa: PLC0415

    def ready(running: Server) -> None:
        click.echo(running.url)
        ERR.print(f"{chosen.label} on {server}; Ctrl-C ends it.")

    (chosen,) = manifest.select(manifest.discover(), (app,))
    prepare((chosen,))
    serving.serve(Sut(chosen.name, chosen, server), port, ready)


@click.command("verify")
@_apps_argument
@click.option("--all", "every", is_flag=True, help="Every app under apps/.")
@click.option("--url", help="Check a server that runs already, whoever wrote it, instead of an app.")
@click.option("--server", type=click.Choice(launch.SERVERS), default=launch.COMMON, show_default=True)
@click.option("--clause", "clauses", multiple=True, help="Check this clause of apps/SPEC.md only; may be repeated.")
@JSON
def verify_(
    apps: tuple[str, ...], every: bool, url: str | None, server: str, clauses: tuple[str, ...], as_json: bool
) -> int:
    """Check apps, or any URL, against the contract. Exit 1 and a block for each violation."""
    from bench.contract.verify import verify  # noqa: PLC0415
    from bench.measure import verification  # noqa: PLC0415

    if bool(apps) + every + bool(url) != 1:
        raise UsageError("Name what to verify: one or more apps, or --all, or --url URL.")
    if url:
        found = {url: verify(url, only=set(clauses) or None)}
        _tell_violations(url, found[url], as_json)
    else:
        chosen = manifest.select(manifest.discover(), apps)
        prepare(chosen)
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
    OUT.print(Text(mark, style="bold magenta" if violations else "cyan"))
