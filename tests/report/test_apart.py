"""What a SUT costs apart from any workload."""

from dataclasses import replace

from bench.analysis import derive
from bench.identity import SutKey
from bench.report import apart
from bench.store.results import Run
from tests import builders

MIB = 2**20


def run(*workers: int) -> Run:
    suts = [builders.sut(f"flask-{count}", key=SutKey("flask", workers=count)) for count in workers]
    rounds = builders.steady(
        {sut.id: 1000.0 for sut in suts}, 2, memory_peak_bytes=300 * MIB, memory_pss_bytes=120 * MIB
    )
    return derive.derive(builders.run(suts, rounds), lambda *_: None)


def test_memory_is_given_for_each_worker_where_there_are_several() -> None:
    assert [facts.memory for facts in apart.rows(run(1, 2))] == [
        "300 MiB; PSS 120 MiB a worker",
        "300 MiB; PSS 60 MiB a worker",
    ]
    assert [facts.memory for facts in apart.rows(run(1))] == ["300 MiB"]


def test_older_runs_do_not_say_it() -> None:
    stored = run(1, 2)
    without = tuple(one for one in stored.measurements if one.metric != "memory_pss_bytes")
    assert [facts.memory for facts in apart.rows(replace(stored, measurements=without))] == ["300 MiB", "300 MiB"]
    assert [facts.memory for facts in apart.rows(replace(stored, measurements=()))] == ["-", "-"]
