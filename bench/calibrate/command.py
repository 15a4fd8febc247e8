"""`bench calibrate`: run the experiments, and store their results."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from bench import databases
from bench.analysis import history
from bench.calibrate import editions, experiments, growth, verdicts
from bench.calibrate.experiments import Laboratory, Readings, Spread
from bench.calibrate.growth import Growth
from bench.calibrate.spreads import Coverage, coverage, entries
from bench.calibrate.tools import CEILING
from bench.calibrate.verdicts import Place
from bench.databases.protocol import Engine
from bench.environment import Environment
from bench.host import local, lock
from bench.host.scratch import scratch
from bench.measure import descriptions
from bench.measure.profiles import PROFILES
from bench.measure.progress import Watch
from bench.metrics import CPU_PER_REQUEST, THROUGHPUT
from bench.model import App, Sut
from bench.statistics.estimates import estimate
from bench.store import archive, storage
from bench.store import spreads as shipped
from bench.workspace import Workspace

_CEILING_S = 1.0
_SEED = 1


@dataclass(frozen=True, slots=True)
class Calibration:
    """Results of the experiments: readings of each load tool by the number of users, and the noise by slice length."""

    readings: dict[int, Readings]
    spreads: list[Spread]


def calibrate(floor: App, app: App, workspace: Workspace, watch: Watch, *, rounds: int) -> Calibration:
    """The generator's ceiling on the floor app, and the noise of two copies of `app` by slice length.

    It is stored too, as `calibration.json`.
    """
    engine = databases.shared((floor, app))
    with _laboratory(engine, workspace) as laboratory:
        environment = descriptions.environment(laboratory.host, workspace.root, (engine,))
        target = laboratory.serve(replace(Sut.of(floor), alias="ceiling"))  # it may be the app as well
        readings = experiments.ceiling(laboratory, target, rounds, _CEILING_S, watch)
        copies = [laboratory.serve(sut) for sut in experiments.copies_of(Sut.of(app))]
        spreads = experiments.sweep(laboratory, copies, rounds, watch)
    _store("calibration", _stored(readings, spreads, app.name, environment), workspace)
    return Calibration(readings, spreads)


def grow(floor: App, app: App, workspace: Workspace, watch: Watch, *, generators: int, rounds: int) -> Growth:
    """What up to so many generators give, on the floor app and on `app`.

    It is stored too, as `calibration-generators.json`.
    """
    engine = databases.shared((floor, app))
    with _laboratory(engine, workspace) as laboratory:
        environment = descriptions.environment(laboratory.host, workspace.root, (engine,), generators=generators)
        lowest, served = laboratory.serve(replace(Sut.of(floor), alias="ceiling")), laboratory.serve(Sut.of(app))
        seen = growth.growth(laboratory, lowest, served, generators, rounds, watch)
    content = {"environment": asdict(environment), "app": app.name, **growth.stored(seen)}
    _store("calibration-generators", content, workspace)
    return seen


def prove(
    app: App, workspace: Workspace, watch: verdicts.Watch, *, runs: int, shares: Sequence[float]
) -> dict[str, Any]:
    """Quick runs, but for the sessions in process, over two copies of `app` and one for each share of CPU time that a
    copy uses more.

    Returns how often the verdicts are right, as it is stored in `calibration-verdicts.json`.
    """
    profile = replace(PROFILES["quick"], micro_rounds=0)
    with _place("verdicts", workspace) as place:
        proof = verdicts.summary(verdicts.trials(profile, Sut.of(app), shares, _seeds(runs), place, watch))
        return _stored_proof("calibration-verdicts", app, proof, place)


def prove_against(app: App, workspace: Workspace, watch: verdicts.Watch, *, runs: int) -> dict[str, Any]:
    """Runs as `run --against` makes them, over two editions of `app` that are equal.

    Returns what they say, as it is stored in `calibration-against.json`.
    """
    with _place("editions", workspace) as place:
        proof = editions.summary(editions.pairs(PROFILES["ci"], app, _seeds(runs), place, watch))
        return _stored_proof("calibration-against", app, proof, place)


def spreads(workspace: Workspace) -> list[Coverage]:
    """How far stored runs differ, by kind, and how well the others predict each; updates the figures that are shipped.

    Only complete runs count whose checks did not fail. Raises UsageError where no two measured the same code.
    """
    kept = [storage.load(folder) for folder in archive.every(workspace.results)]
    runs = [run for run in kept if not history.left_out(run)]
    seen = coverage(runs)
    machines = len({run.environment.fingerprint for run in runs})
    shipped.save(shipped.FILE, len(runs), machines, entries(seen))
    return seen


@contextmanager
def _laboratory(engine: Engine, workspace: Workspace) -> Iterator[Laboratory]:
    """A laboratory, while nobody else measures."""
    with (
        lock.alone(workspace.lock),
        scratch(workspace.work / "calibrate") as folder,
        local.host() as host,
        Laboratory(folder, workspace.state, engine, host) as laboratory,
    ):
        yield laboratory


def _seeds(runs: int) -> range:
    return range(_SEED, _SEED + runs)


@contextmanager
def _place(name: str, workspace: Workspace) -> Iterator[Place]:
    """A place to make runs in, while nobody else measures."""
    with lock.alone(workspace.lock), scratch(workspace.work / name) as folder, local.host() as host:
        yield Place(host, folder, workspace)


def _stored_proof(name: str, app: App, proof: dict[str, Any], place: Place) -> dict[str, Any]:
    environment = asdict(descriptions.environment(place.host, place.workspace.root, (databases.shared((app,)),)))
    _store(name, {"environment": environment, "app": app.name, **proof}, place.workspace)
    return proof


def _store(name: str, content: dict[str, Any], workspace: Workspace) -> None:
    storage.write(workspace.results / f"{name}.json", json.dumps(content, indent=1) + "\n")


def _stored(
    readings: dict[int, Readings], spreads: Sequence[Spread], app: str, environment: Environment
) -> dict[str, Any]:
    """What `calibration.json` holds: the generator's ceiling, the same under other loads, the noise by slice."""
    chosen = next(spread for spread in spreads if spread.slice_s == PROFILES["quick"].slice_s and not spread.settle_s)
    return {
        "environment": asdict(environment),
        **_ceiling(CEILING, readings[CEILING]),
        "other_loads": [_ceiling(users, tools) for users, tools in readings.items() if users != CEILING],
        "noise_floor": {"app": app, THROUGHPUT.id: chosen.throughput_sd, CPU_PER_REQUEST.id: chosen.cpu_sd},
        "slices": [asdict(spread) for spread in spreads],
    }


def _ceiling(users: int, readings: Readings) -> dict[str, Any]:
    """Means over rounds by tool, and our ratios to the others with their intervals."""
    mean = {
        field: {name: estimate([getattr(row, field) for row in rows]).value for name, rows in readings.items()}
        for field in experiments.FIELDS
    }
    ratios = {
        name: {field: asdict(ratio) for field, ratio in fields.items()}
        for name, fields in experiments.ratios(readings).items()
    }
    return {"users": users, **mean, "ratios_of_fairground": ratios}
