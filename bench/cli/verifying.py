"""`bench verify`: apps, or any URL, against the contract."""

import json
from collections.abc import Iterator, Sequence

import click
from rich.text import Text

from bench import databases
from bench.analysis.sent import Sent
from bench.cli.choices import DATABASES, SERVER
from bench.cli.console import APPS, ERR, JSON, OUT, LeftOut, in_workspace, prepare, prepare_crawler
from bench.cli.watching import watch
from bench.contract import hardening, operations
from bench.contract.verify import unchecked
from bench.contract.violation import Violation, blocks, count
from bench.errors import UsageError
from bench.measure import statements, verification, wishes
from bench.model import Sut
from bench.suts import discovery, server_table
from bench.words import counted, printable
from bench.workspace import Workspace

_NOT_HARDENED = 3
"""The exit code where the core of the contract is kept, and `hardening` is not."""


@click.command("verify")
@APPS
@click.option("--all", "every", is_flag=True, help="Every app under apps/.")
@click.option("--url", help="Check a server that runs already, whoever wrote it, instead of an app.")
@SERVER
@click.option("--clause", "clauses", multiple=True, help="Check this clause of apps/SPEC.md only; may be repeated.")
@click.option(
    "--crawl/--no-crawl",
    "crawled",
    default=None,
    help="Also walk every page of the catalogue with Scrapy, which --all does by itself.",
)
@click.option("--watch", "watched", is_flag=True, help="Check one app again after each change, until nothing is left.")
@DATABASES
@JSON
@in_workspace
def verify_(
    workspace: Workspace,
    apps: tuple[str, ...],
    every: bool,
    url: str | None,
    server: str | None,
    clauses: tuple[str, ...],
    crawled: bool | None,
    watched: bool,
    database: tuple[str, ...] | None,
    as_json: bool,
) -> int:
    """Check apps, or any URL, against the contract.

    A block is printed for each violation. Exit 1 where an app breaks the core of the contract or an optional group that
    it offers, and 3 where it breaks no more than clauses of `hardening`, which its manifest does not name unsupported.
    """

    if bool(apps) + every + bool(url) != 1:
        raise UsageError("Name what to verify: one or more apps or groups, or --all, or --url URL.")
    if watched:
        if as_json or crawled or every or url or database:
            raise UsageError("--watch looks at one app, and goes with --server and --clause alone.")
        return watch(apps, server, clauses, workspace)
    crawled = (every and not clauses) if crawled is None else crawled
    left_out = LeftOut()
    on = database or (databases.DEFAULT,)
    chosen = () if url else discovery.choose(workspace.apps, apps, left_out)
    chosen = tuple(wishes.on_some(chosen, on, _tell, named=not every))
    chosen = prepare(chosen, workspace, left_out)
    if crawled:
        prepare_crawler(workspace)
    if url:
        violations = {url: verification.verify_url(url, workspace, only=clauses, crawled=crawled)}
        _show(url, violations[url], (), as_json)
    else:
        suts = [Sut.of(app, server, database=name) for app in chosen for name in databases.listed(app, on)]
        violations = verification.verify_suts(
            suts,
            workspace,
            lambda sut, violations: _show_app(sut, violations, clauses, as_json),
            only=clauses,
            crawled=crawled,
            note_sent=None if clauses else _show_what_is_more,
            leave_out=(lambda _, error: left_out(error)) if len(chosen) > 1 else None,
        )
    if as_json:
        click.echo(
            json.dumps(
                {name: [violation.as_json() for violation in every] for name, every in violations.items()}, indent=1
            )
        )
    return left_out.code or _exit_code([violation for every in violations.values() for violation in every])


def _show_what_is_more(sut: Sut, sent: Sent) -> None:
    """Say what is sent to the database beyond what an answer takes."""
    for warning in statements.warnings(sut.id, sent):
        ERR.print(Text(printable(f"  {warning}"), style="dim"), soft_wrap=True)


def _tell(sentence: str) -> None:
    ERR.print(sentence, markup=False, soft_wrap=True)


def _exit_code(violations: Sequence[Violation]) -> int:
    if any(violation.group != hardening.GROUP for violation in violations):
        return 1
    return _NOT_HARDENED if violations else 0


def _show_app(sut: Sut, violations: Sequence[Violation], clauses: Sequence[str], as_json: bool) -> None:
    _show(sut.id, violations, tuple(_exceptions(sut, clauses)), as_json)
    if not as_json and any(violation.curl for violation in violations):
        on = "" if sut.key.database == databases.DEFAULT else f" --database {sut.key.database}"
        served = f"`python -m bench serve {sut.key.app_id} --server {sut.server}{on}` serves what the curl lines ask."
        OUT.print(Text(f"  {served}", style="dim"), soft_wrap=True)


def _exceptions(sut: Sut, clauses: Sequence[str]) -> Iterator[str]:
    """What is not checked of a SUT: what it declares, and of the clauses that are asked for those of other groups."""
    unsupported = server_table.unsupported(sut)
    yield from (f"{clause} ({reason})" for clause, reason in unsupported.items() if hardening.concerns(clause))
    for clause in clauses:
        if clause in unchecked(unsupported) and not hardening.covers(clause):
            yield f"{clause} ({sut.app} does not offer the group {operations.group_of(clause).id})"


def _show(name: str, violations: Sequence[Violation], exceptions: Sequence[str], as_json: bool) -> None:
    if as_json:
        return
    for block in blocks(violations):
        click.echo(printable(block))
    number = counted(count(violations), "violation")
    match _exit_code(violations):
        case 0:
            kept = "the contract but for what is declared" if exceptions else "the contract"
            OUT.print(Text(f"✓ {name} keeps {kept}", style="cyan"))
        case 1:
            OUT.print(Text(f"✗ {name}: {number}", style="bold magenta"))
        case _:
            OUT.print(Text(f"~ {name} keeps the core of the contract; {hardening.GROUP}: {number}", style="magenta"))
    for exception in exceptions:
        OUT.print(Text(printable(f"  not checked: {exception}"), style="dim"), soft_wrap=True)
