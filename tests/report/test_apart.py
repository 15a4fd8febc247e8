"""What a SUT costs apart from any workload."""

from dataclasses import replace

from bench.analysis import derive
from bench.identity import SutKey
from bench.report import apart, view
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


def test_a_start_is_shown_beside_memory_and_has_a_table_of_its_own_where_it_is_compared() -> None:
    suts = [builders.sut("wsgi"), builders.sut("flask"), builders.sut("flask-gunicorn", group="native")]
    rounds = builders.steady({sut.id: 1000.0 for sut in suts}, 2)
    older = derive.derive(builders.run(suts, rounds), lambda *_: None)
    newer = derive.derive(builders.run(suts, rounds, (builders.READ, builders.STARTED)), lambda *_: None)
    for stored in (older, newer):
        assert {facts.start for facts in apart.rows(stored)} == {"250 ms"}
    tables = {table.group: table for table in view.build(newer).tables if table.kind == "start"}
    assert {group: [row.sut.id for row in table.rows] for group, table in tables.items()} == {
        "common": ["wsgi", "flask"],
        "native": ["flask-gunicorn"],
    }
    (cell,) = tables["common"].rows[1].cells
    assert (cell.figure, cell.ratio, cell.verdict) == ("250 ms", "1.00x", "tie")
    assert "start" not in {table.kind for table in view.build(older).tables}
