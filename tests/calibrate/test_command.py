"""What calibration stores, from readings that took no time."""

import json
from pathlib import Path
from types import TracebackType

import pytest

from bench.calibrate import command, experiments
from bench.calibrate.experiments import Laboratory, Spread
from bench.calibrate.tools import LOADS, Tool, ToolReading
from bench.databases.protocol import Engine
from bench.estimate import Estimate
from bench.host.clock import Clock
from bench.host.protocol import Host
from bench.load.protocol import Target
from bench.measure.progress import Progress
from bench.model import Sut
from tests import builders
from tests.databases.memory import Memory
from tests.fake_host import FakeHost

SPEEDS = {"fairground": 40_000.0, "fasthttpuser": 10_000.0, "wrk": 50_000.0}


class Bench(Laboratory):
    """Serves nothing and has no generator."""

    def __init__(self, scratch: Path, state: Path, engine: Engine, host: Host) -> None:
        self.scratch, self.host = scratch, host
        self.generator = None  # type: ignore[assignment]

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        pass

    def serve(self, sut: Sut) -> Target:
        return Target(sut.id, "127.0.0.1", 1, Clock())


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Tools that answer at once, a per cent faster each time; which were asked, under how many users."""
    asked: list[tuple[str, int]] = []

    def tool(name: str) -> Tool:
        def read(_: Target, users: int, seconds: float) -> ToolReading:
            asked.append((name, users))
            speed = SPEEDS[name] * users / 16 * 1.01 ** asked.count((name, users))
            return ToolReading(speed, seconds / speed, 2 * seconds / speed, 1e6 / speed)

        return read

    monkeypatch.setattr(experiments, "available", lambda *_: {name: tool(name) for name in SPEEDS})
    return asked


def test_every_tool_has_every_load_in_every_round_in_mixed_order(loads: list[tuple[str, int]], tmp_path: Path) -> None:
    target = Target("wsgi", "127.0.0.1", 1, Clock())
    readings = experiments.ceiling(Bench(tmp_path, tmp_path, Memory(), FakeHost()), target, 4, 1.0, lambda _: None)
    pair = [(name, users) for users in LOADS for name in SPEEDS]
    rounds = [loads[start : start + len(pair)] for start in range(0, len(loads), len(pair))]
    assert [sorted(one) for one in rounds] == [sorted(pair)] * 4
    assert len(set(map(tuple, rounds))) > 1
    ratio = experiments.ratios(readings[LOADS[0]])["wrk"]["rps"]
    assert ratio.value == pytest.approx(0.8)


def test_what_was_seen_is_stored(loads: list[tuple[str, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spreads = [
        Spread(length, 0.0, 3, 0.01, 0.02, 150.0, Estimate(1.0, 0.99, 1.01), 0.97) for length in experiments.SLICES_S
    ]
    place = builders.workspace(tmp_path)
    monkeypatch.setattr(command, "Laboratory", Bench)
    monkeypatch.setattr(experiments, "sweep", lambda *_: spreads)
    steps: list[Progress] = []
    result = command.calibrate(builders.app("wsgi"), builders.app("flask"), place, steps.append, rounds=3)
    assert (set(result.readings), result.spreads) == (set(LOADS), spreads)
    assert [(step.doing, step.round, step.rounds) for step in steps] == [("ceiling", number, 3) for number in (1, 2, 3)]
    assert len({step.done_s + step.left_s for step in steps}) == 1
    assert steps[0].done_s == 0 < steps[1].done_s
    stored = json.loads((place.results / "calibration.json").read_text("utf-8"))
    assert set(stored["rps"]) == set(stored["p99_s"]) == set(SPEEDS)
    assert stored["users"] == 24
    assert stored["rps"]["wrk"] == pytest.approx(75_000 * 1.01**2, rel=1e-3)
    assert stored["noise_floor"] == {"app": "flask", "throughput_rps": 0.01, "cpu_us_per_request": 0.02}
    fewer, more = stored["other_loads"]
    assert (fewer["users"], more["users"]) == (16, 32)
    assert more["ratios_of_fairground"]["fasthttpuser"]["rps"]["value"] == pytest.approx(4.0)
