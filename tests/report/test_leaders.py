"""Which workloads an overall ratio averages, in words that hold whatever the apps offer."""

from dataclasses import replace

import pytest

from bench.identity import WorkloadKey
from bench.report import leaders
from bench.store.described import WorkloadInfo
from bench.store.results import Run
from tests import builders

DATA, BARE = ("read-item", "list-items", "browse"), ("json", "check-order")


def run(*names: str) -> Run:
    closed = [WorkloadInfo.of(WorkloadKey(name, "closed"), name, name, 16, operations=(name,)) for name in names]
    return builders.run([builders.sut("flask"), builders.sut("django")], workloads=(*closed, builders.READ_OPEN))


@pytest.mark.parametrize(
    ("closed", "over", "words"),
    [
        ((*DATA, *BARE), DATA, "over the 3 workloads with a database"),
        ((*DATA, *BARE), DATA[:2], "over the 2 workloads with a database that all offer"),
        ((DATA[0], *BARE), DATA[:1], "in the one workload with a database"),
        (DATA, DATA, "over all 3 workloads"),
        (DATA, DATA[:2], "over the 2 workloads that all offer"),
        (BARE, BARE[:1], "in the one workload that all offer"),
        (BARE[:1], BARE[:1], "in the one workload"),
        (DATA, (), "over all 3 workloads"),
    ],
)
def test_an_overall_ratio_says_over_which_workloads_it_is(
    closed: tuple[str, ...], over: tuple[str, ...], words: str
) -> None:
    overall = builders.comparison("flask", "django", None, "throughput_rps", 1.5, 1.4, 1.6, "faster")
    stored = replace(run(*closed), comparisons=(replace(overall, over=over),))
    assert leaders.over(stored, stored.comparisons[0]) == leaders.over_all(stored) == words


def test_without_such_a_ratio_there_are_no_words() -> None:
    assert leaders.over_all(run(*DATA)) == ""
