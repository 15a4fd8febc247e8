"""Runs made by hand, with figures that one can check in the head."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.environment import Environment, GeneratorMachine
from bench.estimate import Estimate, Verdict, unbounded
from bench.identity import COMMON, SutKey, WorkloadKey
from bench.model import CRAWL, STARTING, App, Failure
from bench.store.described import SutInfo, WorkloadInfo
from bench.store.planned import Planned
from bench.store.results import Cell, Comparison, CrawlCounts, Round, Run, RunInfo
from bench.workspace import Workspace

READ = WorkloadInfo.of(WorkloadKey("read-item", "closed"), "One row as JSON", "read-item", 16)
MIX = WorkloadInfo.of(WorkloadKey("crud-mix", "closed"), "A session", "list-items, read-item", 16)
READ_OPEN = WorkloadInfo.of(
    WorkloadKey("read-item", "open"), "One row, arriving at 500/s", "read-item", 64, arrival_rate_rps=500.0
)

CRAWLED = WorkloadInfo.of(WorkloadKey(CRAWL, "crawl"), "420 pages, crawled", "browse, 20 x view-item", 16)
STARTED = WorkloadInfo.of(WorkloadKey(STARTING, "start"), "A fresh server, to its first answer", "plaintext")


def workspace(folder: Path) -> Workspace:
    """A workspace with nothing in it."""
    return Workspace(folder, folder / "apps", folder / "results", folder / "state", folder / "lock")


def app(name: str = "flask", folder: Path = Path("/nowhere"), **changes: Any) -> App:
    """An app that exists only on paper."""
    fields: dict[str, Any] = {
        "name": name,
        "folder": folder / f"{name}_app",
        "label": name.title(),
        "package": name,
        "interface": "wsgi",
        "application": "shop:create_app()",
        "data_layer": "SQLAlchemy Core",
        "databases": ("sqlite",),
        "native_server": "gunicorn",
        "notes": (),
        "unsupported": {},
    }
    return App(**fields | changes)


def sut(name: str, **changes: Any) -> SutInfo:
    """A SUT on the common server; `wsgi` is the floor."""
    plain, _, edition = name.partition("@")
    app, _, server = plain.partition("-")
    fields: dict[str, Any] = {
        "id": name,
        "label": f"{name.title()} 1.0",
        "key": SutKey(app, server=server or COMMON, edition=edition),
        "server": "granian 2.0",
        "group": "common",
        "data_layer": "sqlite3",
        "versions": {"python": "3.11.7", name: "1.0"},
        "code": app,
    }
    return SutInfo(**fields | changes)


def cell(sut: str, workload: str = "read-item", rps: float = 1000.0, cpu_us: float = 900.0, **changes: Any) -> Cell:
    """One second under load, by default, in which Little's law holds for 16 users."""
    busy_s = changes.get("busy_s", 1.0)
    requests = round(rps * busy_s)
    fields: dict[str, Any] = {
        "sut": sut,
        "workload": workload,
        "requests": requests,
        "busy_s": busy_s,
        "cpu_ns": round(requests * cpu_us * 1000),
        "generator_cpu_ns": round(busy_s * 0.4e9),
        "slices": 10,
        "response_mean_s": 16 / rps,
        "response_p50_s": 15 / rps,
        "response_p90_s": 20 / rps,
        "response_p99_s": 40 / rps,
        "memory_peak_bytes": 50 * 2**20,
        "sampled": 10,
        "held_s": 16 * busy_s,
        "waited_s": 16 * busy_s,
    }
    return Cell(**fields | changes)


def crawled(sut: str, rps: float = 500.0, cpu_us: float = 300.0, **changes: Any) -> Cell:
    """420 pages of a crawl, of 600 bytes each, for which Scrapy takes 1.5 ms each."""
    fields: dict[str, Any] = {
        "workload": CRAWL,
        "requests": 420,
        "busy_s": 420 / rps,
        "cpu_ns": round(420 * cpu_us * 1000),
        "generator_cpu_ns": 630_000_000,
        "slices": 4,
        "response_mean_s": 0.0,
        "response_p50_s": 0.0,
        "response_p90_s": 0.0,
        "response_p99_s": 0.0,
        "memory_peak_bytes": 50 * 2**20,
        "crawl": CrawlCounts(items=400, bytes=420 * 600),
    }
    return Cell(sut=sut, **fields | changes)


def one_round(number: int, cells: Iterable[Cell], twin_of: str | None = "wsgi", **changes: Any) -> Round:
    """A round of ten seconds, nine of them under load."""
    cells = tuple(cells)
    fields: dict[str, Any] = {
        "number": number,
        "started_at": f"2026-11-22T12:00:{number:02d}+00:00",
        "wall_s": 10.0,
        "load_s": 9.0,
        "twin_of": twin_of,
        "start_s": {cell.sut: 0.25 for cell in cells},
        "cells": cells,
    }
    return Round(**fields | changes)


def run(
    suts: Iterable[SutInfo], rounds: Iterable[Round] = (), workloads: Iterable[WorkloadInfo] = (READ,), **changes: Any
) -> Run:
    """A run of these rounds, from which nothing is derived yet."""
    suts = tuple(suts)
    started = "2026-11-22T12:00:00+00:00"
    fields: dict[str, Any] = {
        "run": RunInfo("20261122T120000Z-quick", started, None, "quick", 7, "python -m bench run", "partial"),
        "environment": ENVIRONMENT,
        "suts": suts,
        "workloads": tuple(workloads),
        "baseline": suts[0].id if suts else "wsgi",
        "rounds": tuple(rounds),
        "plan": Planned(verified=tuple(sorted({sut.key.app for sut in suts}))),
    }
    return Run(**fields | changes)


def steady(rps: Mapping[str, float], rounds: int = 3, spread: float = 0.01, **changes: Any) -> list[Round]:
    """Rounds in which every SUT does what it always does, give or take `spread` from round to round.

    The twin of the first is as good as its original. Each SUT varies in a way of its own, so that ratios vary too.
    """
    built_rounds = []
    for number in range(1, rounds + 1):
        speeds = {
            name: value * (1 + spread * ((number + index) % 3 - 1)) for index, (name, value) in enumerate(rps.items())
        }
        first = next(iter(rps))
        cells = [cell(name, rps=value, cpu_us=9e5 / value, **changes) for name, value in speeds.items()]
        cells.append(cell("twin", rps=speeds[first], cpu_us=9e5 / speeds[first], **changes))
        built_rounds.append(one_round(number, cells, twin_of=first))
    return built_rounds


def comparison(
    sut: str,
    baseline: str,
    workload: str | None,
    metric: str,
    ratio: float,
    low: float | None,
    high: float | None,
    verdict: str,
) -> Comparison:
    """A ratio made by hand; without ends it has no interval."""
    here = unbounded(ratio) if low is None or high is None else Estimate(ratio, low, high)
    return Comparison(sut, baseline, workload, metric, here, Verdict(verdict))


def foreign(environment: Environment, text: str) -> Environment:
    """The environment with `text` wherever a text stands in it."""
    facts = {name: value for name, value in asdict(environment).items() if isinstance(value, str)}
    return replace(
        environment,
        **dict.fromkeys(facts, text),
        tools=dict.fromkeys(environment.tools, text),
        databases={text: text},
    )


def failure(sut: str, workload: str = "read-item", reason: str = "errors: 3 x status 500") -> Failure:
    """Something that went wrong."""
    return Failure(sut, workload, reason)


GENERATOR = GeneratorMachine("Small CPU", 4, 2 * 2**30, "6.12", "CPython 3.12.1", "ba9876543210")
ENVIRONMENT = Environment(
    cpu="Made-up CPU",
    cores=2,
    memory_bytes=8 * 2**30,
    machine="x86_64",
    system="Linux",
    kernel="6.1",
    python="CPython 3.11.7",
    fingerprint="0123456789ab",
    pinning="servers on CPU 0, generator on CPU 1",
    load_average_before=0.1,
    contract="1.0",
    commit="0123456789ab",
    dirty=False,
    tools={"locust": "2.47.0", "gevent": "26.9.0", "numpy": "2.0", "scipy": "1.14"},
    databases={"sqlite": "3.40.1"},
)
