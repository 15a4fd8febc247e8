"""How far made-up runs come apart, and whether the others predict the one left out."""

from dataclasses import replace

import pytest

from bench.calibrate import spreads
from bench.errors import UsageError
from bench.store.results import Run
from bench.store.spreads import OVERALL
from tests import builders

SUTS = tuple(replace(builders.sut(name), code=name) for name in ("flask", "django"))
KIND = (OVERALL, "throughput_rps")


def run(day: int, ratio: float, machine: str = "one") -> Run:
    seen = builders.comparison("flask", "django", None, "throughput_rps", ratio, ratio * 0.995, ratio * 1.005, "faster")
    bare = builders.run(SUTS, comparisons=(seen,))
    environment = replace(bare.environment, fingerprint=machine)
    return replace(bare, run=replace(bare.run, id=f"202611{day}T120000Z-quick"), environment=environment)


def test_the_odd_run_of_one_machine_is_within_what_is_promised_but_not_within_the_spread_of_the_others() -> None:
    ratios = (1.2, 1.21, 1.205, 1.208, 1.202, 1.3)
    (seen,) = spreads.coverage([run(day, ratio) for day, ratio in enumerate(ratios, 21)])
    assert (seen.kind, seen.pairs, seen.tried) == (KIND, 15, 6)
    assert (seen.own.count, seen.promised.count) == (5, 6)
    assert seen.own.width < seen.promised.width


def test_runs_of_three_machines_promise_their_own_spread() -> None:
    runs = [run(21 + number, 1.2 + number / 100, machine) for number, machine in enumerate("abcd")]
    (seen,) = spreads.coverage(runs)
    assert seen.own == seen.promised


def test_without_two_runs_of_one_code_there_is_nothing_to_say() -> None:
    other = replace(run(22, 1.2), suts=tuple(replace(sut, code="other") for sut in SUTS))
    with pytest.raises(UsageError, match="No two stored runs measured the same code"):
        spreads.coverage([run(21, 1.2), other])
