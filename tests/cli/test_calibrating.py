"""`bench calibrate`: the tables, on readings that took no time."""

from typing import Any

import pytest

from bench.calibrate import command, experiments
from bench.calibrate.command import Calibration
from bench.calibrate.experiments import Spread
from bench.calibrate.growth import Figures, Growth
from bench.calibrate.tools import ToolReading
from bench.estimate import Estimate
from bench.measure.progress import Progress
from bench.model import App
from bench.suts import environments, packages
from tests.commands import Command

SPEEDS = {"fairground": 40_000.0, "wrk": 10_000.0}


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment has to be there."""
    monkeypatch.setattr(environments, "ensure", lambda *_: False)
    monkeypatch.setattr(packages, "check", lambda *_: None)


def test_rounds_are_told_as_they_begin_and_then_the_tables(bench: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    readings = {
        name: [ToolReading(rps * 1.01**number, 0.001, 0.002, 25.0) for number in range(3)]
        for name, rps in SPEEDS.items()
    }
    spreads = [
        Spread(length, 0.02, 3, 0.01, 0.02, 150.0, Estimate(1.0, 0.99, 1.01), 0.97) for length in experiments.SLICES_S
    ]

    def calibrate(*arguments: Any, rounds: int) -> Calibration:
        for number in range(1, rounds + 1):
            arguments[-1](Progress("ceiling", number, rounds, 0.0, 60.0))
        return Calibration({24: readings}, spreads)

    monkeypatch.setattr(command, "calibrate", calibrate)
    done = bench("calibrate", "--rounds", "3")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Ceiling, round 1 of 3; about 1:00 left\nCeiling, round 2 of 3;")
    assert "4.00x [4.00-4.00]" in done.out
    assert "standard deviation of the log ratio" in done.out


def test_runs_that_prove_the_verdicts_are_told_by_round(bench: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def prove(*arguments: Any, runs: int, shares: tuple[float, ...]) -> dict[str, Any]:
        for run in range(1, runs + 1):
            for doing in ("starting flask", "starting flask-copy", "read-item"):
                arguments[-1](run, Progress(doing, 1, 4, 0.0, 90.0))
        planted = [{"share": share, "throughput": 1, "cpu": 2, "cpu_ratio": 1.03 + share} for share in shares]
        return {"false_verdicts": 1, "verdicts_on_equals": 8, "called_slower": planted, "runs": runs}

    monkeypatch.setattr(command, "prove", prove)
    done = bench("calibrate", "--prove", "2")
    assert done.out.splitlines() == [
        "Run 1 of 2, round 1 of 4: 1:30 left in it",
        "Run 2 of 2, round 1 of 4: 1:30 left in it",
        "1 of 8 verdicts on equal copies were false.",
        "A copy that burns 5.0% more CPU time, and used 8.0% more in the median, was called slower in 1 of 2 runs by "
        "throughput, in 2 by CPU per request.",
        "A copy that burns 10.0% more CPU time, and used 13.0% more in the median, was called slower in 1 of 2 runs by "
        "throughput, in 2 by CPU per request.",
    ]


def test_equal_editions_are_tried_for_the_app_that_was_named_and_that_may_be_the_floor(
    bench: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prove_against(app: App, *_: Any, runs: int) -> dict[str, Any]:
        widths = {"overall": 0.01, "one workload": 0.02}
        half_widths = {"throughput_rps": widths}
        verdicts = {"false_verdicts": 0, "verdicts": len(app.name)}
        return verdicts | {"half_widths": half_widths, "runs": runs}

    monkeypatch.setattr(command, "prove_against", prove_against)
    for name in ("flask", "wsgi", "asgi"):
        done = bench("calibrate", "--prove-against", "3", "--app", name)
        assert (done.code, done.err) == (0, "")
        assert done.out.splitlines() == [
            f"0 of {len(name)} verdicts on equal editions were false.",
            "Throughput, closed loop: half-width 1.0% overall, 2.0% for one workload (medians).",
        ]


@pytest.mark.parametrize(("cpus", "shared"), [(1, True), (4, False)])
def test_what_more_generators_give_is_a_table_and_where_they_share_cpus_that_is_said(
    bench: Command, monkeypatch: pytest.MonkeyPatch, cpus: int, shared: bool
) -> None:
    def grow(*_: Any, generators: int, rounds: int) -> Growth:
        rows = {
            count: [Figures(40_000.0 * count * 1.01**n, 12.5, 3_000.0, 310.0, 0.001, 0.004) for n in range(rounds)]
            for count in (1, generators)
        }
        return Growth(rows, cpus)

    monkeypatch.setattr(command, "grow", grow)
    done = bench("calibrate", "--generators", "2", "--rounds", "3")
    assert (done.code, done.err) == (0, "")
    assert "2.00x [2.00-2.00]" in done.out
    assert "the figures of flask" in done.out
    assert ("share 1 CPU, so that their ceiling cannot grow" in " ".join(done.out.split())) == shared
