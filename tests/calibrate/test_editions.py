"""What runs say of two editions of an app that are equal, on rounds made by hand."""

from bench.analysis import derive
from bench.calibrate import editions
from bench.store.results import Run
from tests import builders


def run(head: float) -> Run:
    suts = [builders.sut("flask@same", base_of="flask"), builders.sut("flask")]
    rounds = builders.steady({"flask@same": 1000.0, "flask": head}, rounds=6)
    return derive.derive(builders.run(suts, rounds), lambda *_: None)


def test_equal_editions_are_not_told_apart() -> None:
    pair = editions.judge(run(1000.0))
    assert (pair.rounds, pair.verdicts, pair.false) == (6, 4, ())
    assert all(0 <= width < 0.05 for widths in pair.half_widths.values() for width in widths.values())


def test_a_false_verdict_is_counted_and_named() -> None:
    proof = editions.summary([editions.judge(run(1000.0)), editions.judge(run(1200.0))])
    assert (proof["runs"], proof["verdicts"], proof["false_verdicts"]) == (2, 8, 4)
    assert proof["pairs"][1]["false"][0].startswith("throughput_rps of")
    assert proof["half_widths"].keys() == {"throughput_rps", "cpu_us_per_request"}
