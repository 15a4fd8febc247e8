"""`bench calibrate`: do the experiments, store what they found, say it in a table."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from bench import databases
from bench.calibrate import experiments, verdicts
from bench.calibrate.experiments import Laboratory, Readings, Spread, Tell
from bench.calibrate.tools import CEILING
from bench.databases.protocol import Engine
from bench.estimate import Estimate
from bench.host import facts
from bench.host.scratch import scratch
from bench.layout import RESULTS, STATE
from bench.measure import descriptions
from bench.measure.plan import PROFILES
from bench.measure.run import Progress
from bench.metrics import CPU_PER_REQUEST, THROUGHPUT
from bench.model import App, Sut
from bench.report.terminal import widen
from bench.statistics.estimates import estimate
from bench.store import storage
from bench.suts.launch import COMMON
from bench.words import duration, percent, seconds, si

_CEILING_S = 1.0
_SEED = 1


def calibrate(floor: App, app: App, console: Console, *, rounds: int) -> dict[str, Any]:
    """The generator's ceiling on the floor app, and the noise of two copies of `app` by slice length."""
    tell = _teller(console, rounds)
    engine = databases.shared((floor, app))
    with facts.alone(), scratch(STATE / "work" / "calibrate") as folder, Laboratory(folder, engine) as laboratory:
        target = laboratory.serve(Sut(floor.name, floor, COMMON))
        readings = experiments.ceiling(laboratory, target, rounds, _CEILING_S, tell)
        copies = [laboratory.serve(sut) for sut in experiments.copies_of(Sut(app.name, app, COMMON))]
        spreads = experiments.sweep(laboratory, copies, rounds, tell)
    found = _stored(readings, spreads, app.id, engine)
    storage.write(RESULTS / "calibration.json", json.dumps(found, indent=1) + "\n")
    _show(readings, spreads, console)
    return found


def _teller(console: Console, rounds: int) -> Tell:
    """Says which round begins, and about how long all that is ahead will take."""
    ahead = list(experiments.ROUND_S)

    def tell(experiment: str, number: int) -> None:
        later = ahead[ahead.index(experiment) + 1 :]
        left_s = (rounds - number + 1) * experiments.ROUND_S[experiment]
        left_s += rounds * sum(experiments.ROUND_S[each] for each in later)
        told = f"{experiment}, round {number} of {rounds}; about {duration(left_s)} left"
        console.print(f"{told[0].upper()}{told[1:]}")

    return tell


def prove(app: App, console: Console, *, runs: int, share: float) -> dict[str, Any]:
    """Quick runs, but for the sessions in process, over two copies of `app` and one that uses `share` more CPU.

    Tells how often the verdicts are right.
    """
    profile = replace(PROFILES["quick"], micro_rounds=0)

    def watch(number: int, at: Progress) -> None:
        if at.doing.startswith("starting") and at.round != seen.get(number):
            seen[number] = at.round
            console.print(f"Run {number} of {runs}, round {at.round} of {at.rounds}: {duration(at.left_s)} left in it")

    seen: dict[int, int] = {}
    with facts.alone(), scratch(STATE / "work" / "verdicts") as folder:
        seeds = range(_SEED, _SEED + runs)
        found = verdicts.summary(verdicts.trials(profile, Sut(app.name, app, COMMON), share, seeds, folder, watch))
    told = {
        "environment": asdict(descriptions.environment(databases.shared((app,)))),
        "app": app.id,
        "share": share,
        **found,
    }
    storage.write(RESULTS / "calibration-verdicts.json", json.dumps(told, indent=1) + "\n")
    console.print(
        f"{found['false_verdicts']} false verdicts of {found['verdicts_on_equals']} on equal copies; "
        f"the slowed copy was called slower in {found['slowed_called_slower']} of {runs} runs."
    )
    return told


def _stored(readings: dict[int, Readings], spreads: Sequence[Spread], app: str, engine: Engine) -> dict[str, Any]:
    """What `calibration.json` holds: the generator's ceiling, the same under other loads, the noise by slice."""
    chosen = next(each for each in spreads if each.slice_s == PROFILES["quick"].slice_s and not each.settle_s)
    return {
        "environment": asdict(descriptions.environment(engine)),
        **_ceiling(CEILING, readings[CEILING]),
        "other_loads": [_ceiling(users, tools) for users, tools in readings.items() if users != CEILING],
        "noise_floor": {"app": app, THROUGHPUT.id: chosen.throughput_sd, CPU_PER_REQUEST.id: chosen.cpu_sd},
        "slices": [asdict(each) for each in spreads],
    }


def _ceiling(users: int, readings: Readings) -> dict[str, Any]:
    """Means over rounds by tool, and our ratios to the others with their intervals."""
    mean = {
        field: {name: estimate([getattr(each, field) for each in rows]).value for name, rows in readings.items()}
        for field in experiments.FIELDS
    }
    ratios = {
        name: {field: asdict(ratio) for field, ratio in fields.items()}
        for name, fields in experiments.ratios(readings).items()
    }
    return {"users": users, **mean, "ratios_of_fairground": ratios}


def _show(readings: dict[int, Readings], spreads: Sequence[Spread], console: Console) -> None:
    widen(console)
    table = Table("users", "tool", "requests/s", "p50", "p99", "its CPU per request", box=box.SIMPLE_HEAD)
    table.title = "Ceiling: the floor app, /plaintext; below each tool, ours over it"
    for users, tools in readings.items():
        found = experiments.ratios(tools)
        for name, rows in tools.items():
            told = (estimate([getattr(each, field) for each in rows]).value for field in experiments.FIELDS)
            rps, p50, p99, cpu = told
            table.add_row(str(users), name, si(rps), seconds(p50), seconds(p99), f"{si(cpu)} µs")
            if name in found:
                ratios = (_interval(found[name][field]) for field in experiments.FIELDS)
                table.add_row("", "", *ratios, style="dim")
    console.print(table)
    table = Table("slice", "lead", "rounds", "throughput", "CPU per request", "mean CPU", box=box.SIMPLE_HEAD)
    table.title = "Two copies of one app: standard deviation of the log ratio over rounds of equal load"
    for each in spreads:
        row = (percent(each.throughput_sd), percent(each.cpu_sd), f"{si(each.cpu_us)} µs")
        lead = seconds(each.settle_s) if each.settle_s else ""
        table.add_row(seconds(each.slice_s), lead, str(each.rounds), *row)
    console.print(table)


def _interval(ratio: Estimate) -> str:
    return f"{ratio.value:.2f}x [{ratio.low:.2f}-{ratio.high:.2f}]"
