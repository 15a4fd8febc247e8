"""What the spreads of a file promise, by how many machines they come from."""

from bench.store import spreads

ENTRIES = [
    {"kind": "closed", "metric": "throughput_rps", "spread": 0.01, "pairs": 60},
    {"kind": "open", "metric": "response_p90_s", "spread": 0.2, "pairs": 30},
]


def test_runs_of_few_machines_promise_no_more_than_where_nothing_was_measured() -> None:
    few, many = (spreads.promised({"machines": machines, "spreads": ENTRIES}) for machines in (2, 3))
    assert few == {("closed", "throughput_rps"): spreads.USUAL, ("open", "response_p90_s"): 0.2}
    assert many == {("closed", "throughput_rps"): 0.01, ("open", "response_p90_s"): 0.2}


def test_what_comes_with_the_suite_is_of_three_machines_or_promises_as_little() -> None:
    assert all(spread > 0 for spread in spreads.shipped().values())
