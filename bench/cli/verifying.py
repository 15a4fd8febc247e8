"""`bench verify`: apps, or any URL, against the contract."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.text import Text

from bench.cli.console import APPS, JSON, OUT, in_workspace, prepare
from bench.contract.verify import verify
from bench.errors import UsageError
from bench.identity import COMMON
from bench.measure import verification
from bench.model import Sut
from bench.suts import manifest
from bench.suts.server_table import SERVERS
from bench.words import counted, printable
from bench.workspace import Workspace


@click.command("verify")
@APPS
@click.option("--all", "every", is_flag=True, help="Every app under apps/.")
@click.option("--url", help="Check a server that runs already, whoever wrote it, instead of an app.")
@click.option("--server", type=click.Choice(list(SERVERS)), default=COMMON, show_default=True)
@click.option("--clause", "clauses", multiple=True, help="Check this clause of apps/SPEC.md only; may be repeated.")
@JSON
@in_workspace
def verify_(
    workspace: Workspace,
    apps: tuple[str, ...],
    every: bool,
    url: str | None,
    server: str,
    clauses: tuple[str, ...],
    as_json: bool,
) -> int:
    """Check apps, or any URL, against the contract. Exit 1 and a block for each violation."""

    if bool(apps) + every + bool(url) != 1:
        raise UsageError("Name what to verify: one or more apps, or --all, or --url URL.")
    if url:
        found = {url: verify(url, only=set(clauses) or None)}
        _tell_violations(url, found[url], as_json)
    else:
        chosen = manifest.select(manifest.discover(workspace.apps), apps)
        prepare(chosen, workspace)
        found = verification.verify_suts(
            [Sut.of(app, server) for app in chosen],
            workspace,
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
