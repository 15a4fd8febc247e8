"""What a command line may name, and on what is measured, as words and for machines."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from bench import databases
from bench.contract import workloads
from bench.contract.operations import GROUPS, OPERATIONS
from bench.identity import COMMON
from bench.measure import plan
from bench.model import CRAWL, App
from bench.suts import discovery, groups
from bench.suts.server_table import SERVERS


def columns(apps: Iterable[App]) -> dict[str, list[tuple[str, str]]]:
    """Names with a few words on each, by section."""
    return {
        "Apps": [(discovery.called(app), _words(app)) for app in apps],
        "Groups of apps": [(name, words) for name, (words, _) in groups.GROUPS.items()],
        "Workloads": [
            *((workload.id, workload.title) for workload in workloads.WORKLOADS),
            (CRAWL, "Every page of the catalogue, by Scrapy"),
        ],
        "Profiles": [(profile.name, profile.summary) for profile in plan.PROFILES.values()],
        "Servers": [(server, "the common one" if server == COMMON else "") for server in SERVERS],
        "Databases": [(name, engine.version()) for name, engine in databases.ENGINES.items()],
    }


def _words(app: App) -> str:
    """What an app is, or what sets a variant apart."""
    if app.variant_of:
        return f"variant of {app.variant_of}: {app.difference}"
    return f"{app.label}, {app.data_layer}; native server {app.native_server}"


def as_json(apps: Iterable[App]) -> dict[str, Any]:
    """All that is known of each; no path of this machine among it."""
    return {
        "apps": [{**asdict(app), "folder": f"apps/{app.folder.name}"} for app in apps],
        "groups": [asdict(group) for group in GROUPS],
        "operations": [
            {"id": operation.id, "title": operation.title, "group": operation.group.id} for operation in OPERATIONS
        ],
        "workloads": [asdict(workload) for workload in workloads.WORKLOADS],
        "profiles": [asdict(profile) for profile in plan.PROFILES.values()],
        "servers": list(SERVERS),
        "databases": list(databases.ENGINES),
    }
