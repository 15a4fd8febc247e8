"""What calibration stores and tells, from readings that took no time."""

import io
import json
from pathlib import Path
from types import TracebackType

import pytest
from rich.console import Console

from bench.calibrate import command, experiments
from bench.calibrate.experiments import Laboratory, Spread
from bench.calibrate.tools import LOADS, Reading, Tool
from bench.databases.protocol import Engine
from bench.load.protocol import Target
from bench.model import Sut
from tests import builders
from tests.databases.memory import Memory

SPEEDS = {"fairground": 40_000.0, "fasthttpuser": 10_000.0, "wrk": 50_000.0}


class Bench(Laboratory):
    """Serves nothing and has no generator."""

    def __init__(self, scratch: Path, engine: Engine) -> None:
        self.scratch = scratch
        self.generator = None  # type: ignore[assignment]

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        pass

    def serve(self, sut: Sut) -> Target:
        return Target(sut.id, "127.0.0.1", 1, ())


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Tools that answer at once, a per cent faster each time; which were asked, under how many users."""
    asked: list[tuple[str, int]] = []

    def tool(name: str) -> Tool:
        def read(_: Target, users: int, seconds: float) -> Reading:
            asked.append((name, users))
            speed = SPEEDS[name] * users / 16 * 1.01 ** asked.count((name, users))
            return Reading(speed, seconds / speed, 2 * seconds / speed, 1e6 / speed)

        return read

    monkeypatch.setattr(experiments, "available", lambda *_: {name: tool(name) for name in SPEEDS})
    return asked


def test_every_tool_has_every_load_in_every_round_in_mixed_order(loads: list[tuple[str, int]], tmp_path: Path) -> None:
    target = Target("wsgi", "127.0.0.1", 1, ())
    readings = experiments.ceiling(Bench(tmp_path, Memory()), target, 4, 1.0, lambda *_: None)
    each = [(name, users) for users in LOADS for name in SPEEDS]
    rounds = [loads[start : start + len(each)] for start in range(0, len(loads), len(each))]
    assert [sorted(one) for one in rounds] == [sorted(each)] * 4
    assert len(set(map(tuple, rounds))) > 1
    ratio = experiments.ratios(readings[LOADS[0]])["wrk"]["rps"]
    assert ratio.value == pytest.approx(0.8)


def test_what_was_found_is_stored_and_told(
    loads: list[tuple[str, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spreads = [Spread(length, 0.0, 3, 0.01, 0.02, 150.0) for length in experiments.SLICES_S]
    monkeypatch.setattr(command, "RESULTS", tmp_path)
    monkeypatch.setattr(command, "STATE", tmp_path)
    monkeypatch.setattr(command, "Laboratory", Bench)
    monkeypatch.setattr(experiments, "sweep", lambda *_: spreads)
    out = Console(file=io.StringIO(), width=120)
    command.calibrate(builders.app("wsgi"), builders.app("flask"), out, rounds=3)
    stored = json.loads((tmp_path / "calibration.json").read_text("utf-8"))
    assert set(stored["rps"]) == set(stored["p99_s"]) == set(SPEEDS)
    assert stored["users"] == 24
    assert stored["rps"]["wrk"] == pytest.approx(75_000 * 1.01**2, rel=1e-3)
    assert stored["noise_floor"] == {"app": "flask_app", "throughput_rps": 0.01, "cpu_us_per_request": 0.02}
    fewer, more = stored["other_loads"]
    assert (fewer["users"], more["users"]) == (16, 32)
    assert more["ratios_of_fairground"]["fasthttpuser"]["rps"]["value"] == pytest.approx(4.0)
    told = out.file.getvalue()  # type: ignore[attr-defined]
    assert "Ceiling, round 2 of 3; about" in told
    assert told.index("round 1 of 3") < told.index("round 3 of 3")
    assert "4.00x [4.00-4.00]" in told
    assert "standard deviation of the log ratio" in told
