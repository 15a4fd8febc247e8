"""What a run says of an equal copy and of a slower one, on rounds made by hand."""

from dataclasses import replace

import pytest

from bench.analysis import derive
from bench.calibrate import verdicts
from bench.estimate import unbounded
from bench.store.results import Noise, Run
from tests import builders

NAMES = ("flask", "flask-copy", "flask-slowed10")
SLOW = {0.1: "flask-slowed10"}


def run(copy: float, slow: float) -> Run:
    rounds = builders.steady(dict(zip(NAMES, (1000.0, copy, slow), strict=True)), rounds=6)
    return derive.derive(builders.run(map(builders.sut, NAMES), rounds), lambda *_: None)


def test_equal_copies_and_a_slower_one_are_told_apart() -> None:
    trial = verdicts.judge(run(1000.0, 900.0), *NAMES[:2], SLOW)
    assert (trial.rounds, trial.false) == (6, ())
    assert trial.verdicts == 4, "one workload and overall, by throughput and by CPU"
    (planted,) = trial.planted
    assert (planted.share, planted.throughput, planted.cpu) == (0.1, "slower", "slower")
    assert planted.cpu_ratio == pytest.approx(1 / 0.9, rel=1e-3)
    assert trial.load_share == pytest.approx(0.9)


def test_a_false_verdict_is_named_with_its_interval() -> None:
    trial = verdicts.judge(run(1100.0, 1000.0), *NAMES[:2], SLOW)
    assert len(trial.false) == 4
    assert trial.false[0].startswith("throughput_rps of read-item: faster, 1.1")
    assert trial.planted[0].throughput == "tie"


def test_the_noise_floor_is_that_of_the_closed_loop() -> None:
    noise = (Noise("cpu_us_per_request", unbounded(0.01)), Noise("cpu_us_per_request", unbounded(0.3), "open"))
    trial = verdicts.judge(replace(run(1000.0, 900.0), noise=noise), *NAMES[:2], SLOW)
    assert trial.noise_floor == {"cpu_us_per_request": 0.01}


def test_trials_are_counted() -> None:
    summary = verdicts.summary([verdicts.judge(run(copy, 900.0), *NAMES[:2], SLOW) for copy in (1000.0, 1100.0)])
    assert (summary["runs"], summary["false_verdicts"], summary["verdicts_on_equals"]) == (2, 4, 8)
    (slower,) = summary["called_slower"]
    assert (slower["share"], slower["throughput"], slower["cpu"]) == (0.1, 2, 2)
    assert slower["cpu_ratio"] == pytest.approx(1 / 0.9, rel=1e-3)


def test_each_planted_share_is_counted_by_itself() -> None:
    speeds = {"flask": 1000.0, "flask-copy": 1000.0, "flask-slowed5": 1000.0, "flask-slowed10": 900.0}
    rounds = builders.steady(speeds, rounds=6)
    done = derive.derive(builders.run(map(builders.sut, speeds), rounds), lambda *_: None)
    trial = verdicts.judge(done, *NAMES[:2], {0.05: "flask-slowed5"} | SLOW)
    assert [count["cpu"] for count in verdicts.summary([trial, trial])["called_slower"]] == [0, 2]
