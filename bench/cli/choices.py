"""The names that a command line accepts, for people and as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import click

from bench import databases
from bench.contract import hardening, operations, workloads
from bench.contract.operations import GROUPS, OPERATIONS, OPTIONAL
from bench.contract.operations.operation import CORE
from bench.databases.protocol import Engine
from bench.errors import BenchError
from bench.identity import COMMON, OWN
from bench.measure.profiles import PROFILES
from bench.model import CRAWL, App
from bench.suts import checkouts, discovery, groups, server_table
from bench.suts.server_table import SERVERS, ServerEntry
from bench.words import listing

_UNSAID = "its manifest does not say why."
SERVER = click.option(
    "--server", type=click.Choice(list(SERVERS)), help=f"By default {COMMON}; {OWN} for an app that is its own server."
)
"""The one server to do it on; None stands for an app's usual one."""

DATABASES = click.option(
    "--database",
    callback=lambda _context, _option, words: words and databases.choose(words),
    metavar="NAME,...|all",
    help=f"Databases, with commas between them ({', '.join(databases.ENGINES)}), or all.",
    show_default=databases.DEFAULT,
)
"""Which databases to do it on, as their names, each of which is there; None where nothing is said."""

DATABASE = click.option(
    "--database",
    type=click.Choice(list(databases.ENGINES)),
    callback=lambda _context, _option, name: databases.choose(name)[0],
    default=databases.DEFAULT,
    show_default=True,
)
"""The one database to do it on."""


def columns(apps: Iterable[App]) -> dict[str, list[tuple[str, str]]]:
    """Names with a few words on each, by section."""
    return {
        "Apps": [row for app in apps for row in _app(app)],
        "Groups of apps": [(name, words) for name, (words, _) in groups.GROUPS.items()],
        "Optional groups of operations": [(group.id, group.title) for group in OPTIONAL],
        "Workloads": [
            *((workload.id, workload.title) for workload in workloads.WORKLOADS),
            (CRAWL, "Every page of the catalogue, by Scrapy"),
        ],
        "Profiles": [(profile.name, profile.summary) for profile in PROFILES.values()],
        "Servers": [row for entry in SERVERS.values() for row in _server(entry)],
        "Databases": [(name, _version(engine)) for name, engine in databases.ENGINES.items()],
    }


def _app(app: App) -> Iterator[tuple[str, str]]:
    """What an app is and keeps, or what sets a variant apart, and rows on why it cannot run here and what it does
    not offer."""
    servers = listing(list(dict.fromkeys(map(server_table.words, (app.usual_server, app.native_server)))))
    interface = "" if app.interface == OWN else f"{app.interface.upper()} "
    runs = f"{interface}on {servers}; {listing(app.databases)}; keeps {_kept(app)}"
    words = (
        f"variant of {app.variant_of}: {app.difference.rstrip('.')}"
        if app.variant_of
        else f"{app.label}, {app.data_layer}"
    )
    yield discovery.called(app), f"{words}; {runs}"
    if why := checkouts.why_absent(app):
        yield "", f"not here: {why}"
    optional = operations.left_out(app.groups)
    named = {name: reason for name, reason in app.unsupported.items() if name not in optional}
    yield from _without(_lacking(app) | named)


def _lacking(app: App) -> dict[str, str]:
    """The databases and the optional groups that an app does not have, each with the reason that its manifest gives."""
    databases_ = [name for name in databases.ENGINES if name not in app.databases]
    groups_ = [group.id for group in OPTIONAL if group.id not in app.groups]
    return {name: app.lacking.get(name, _UNSAID) for name in (*databases_, *groups_)}


def _without(reasons: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Rows on what is left out; those of one reason share a row."""
    names: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        names.setdefault(reason, []).append(name)
    yield from (("", f"without {listing(some)}: {reason}") for reason, some in names.items())


def _kept(app: App) -> str:
    """The groups of the contract that an app keeps."""
    whole = not any(map(hardening.concerns, app.unsupported))
    hardened = () if hardening.GROUP in app.unsupported else (f"{'' if whole else 'part of '}{hardening.GROUP}",)
    return listing([CORE.id, *hardened, *app.groups])


def _server(entry: ServerEntry) -> Iterator[tuple[str, str]]:
    """What a server speaks, and rows on what no app can keep or have behind it."""
    yield entry.name, _spoken(entry)
    yield from _without(entry.unsupported)
    if entry.most_connections is not None:
        yield "", f"answers no more than {entry.most_connections} connections at once"


def _spoken(entry: ServerEntry) -> str:
    """Which interfaces a server has, and whether it is the common one."""
    if entry.name == OWN:
        return "that of an app which is its own server"
    spoken = listing([interface.upper() for interface in entry.interfaces])
    return f"{spoken}; the common one" if entry.name == COMMON else spoken


def _version(engine: Engine) -> str:
    try:
        engine.require()
        return engine.version()
    except BenchError as error:
        return str(error)


def as_json(apps: Iterable[App]) -> dict[str, Any]:
    """All facts on each app, without paths of this machine."""
    return {
        "apps": [{**asdict(app), "folder": f"apps/{app.folder.name}", "lacking": _lacking(app)} for app in apps],
        "groups": [asdict(group) for group in GROUPS],
        "operations": [
            {"id": operation.id, "title": operation.title, "group": operation.group.id} for operation in OPERATIONS
        ],
        "workloads": [asdict(workload) for workload in workloads.WORKLOADS],
        "profiles": [asdict(profile) for profile in PROFILES.values()],
        "servers": list(SERVERS),
        "databases": list(databases.ENGINES),
    }
