"""What all faces of the report show, worked out once."""

from dataclasses import replace
from typing import Any

import pytest

from bench.analysis import derive
from bench.environment import Environment
from bench.errors import UsageError
from bench.report import view
from bench.report.view import Table, TableCell, View
from bench.store import storage
from bench.store.results import Run
from tests import builders
from tests.builders import cell, one_round, sut
from tests.report import runs, story


@pytest.fixture(scope="module")
def stored() -> Run:
    return storage.load(story.FOLDER)


def table(built: View, metric: str = "throughput_rps", group: str = "common") -> Table:
    (match,) = [table for table in built.tables if (table.metric.id, table.group) == (metric, group)]
    return match


def cells(built: View, sut: str, metric: str = "throughput_rps", group: str = "common") -> list[TableCell]:
    (row,) = [row for row in table(built, metric, group).rows if row.sut.id == sut]
    return list(row.cells)


def test_the_floor_is_not_counted_among_the_frameworks(stored: Run) -> None:
    assert view.build(stored).title == "Fairground: 4 web frameworks, one application"
    lone = builders.run([sut("wsgi"), sut("flask"), sut("flask-gunicorn", group="native")])
    assert view.build(lone).title == "Fairground: 1 web framework, one application"


def test_a_cell_is_the_ratio_over_the_figure(stored: Run) -> None:
    (read, _) = cells(view.build(stored), "flask")
    assert (read.ratio, read.interval, read.figure, read.verdict) == ("≤ 0.325x", "[0.324-0.327]", "6,500/s", "slower")
    assert read.value == pytest.approx(6503, rel=1e-3)
    assert read.low is not None
    assert read.high is not None
    assert read.low < read.value / 20_000 < read.high


def test_the_baseline_is_one_times_itself_and_marked(stored: Run) -> None:
    (read, _) = cells(view.build(stored), "wsgi")
    assert (read.ratio, read.interval, read.verdict) == ("1.00x", "", "baseline")
    assert read.figure == "at least 20,000/s"
    assert read.note == "the generator may have been the limit"


def test_another_baseline_turns_the_ratios_and_leaves_the_figures(stored: Run) -> None:
    mine, theirs = view.build(stored), view.build(stored, "flask")
    assert [cell.figure for cell in cells(mine, "wsgi")] == [cell.figure for cell in cells(theirs, "wsgi")]
    (read, _) = cells(theirs, "wsgi")
    assert (read.ratio, read.interval, read.verdict) == ("≥ 3.08x", "[3.06-3.09]", "faster")
    assert cells(theirs, "flask")[0].verdict == "baseline"
    assert cells(theirs, "cherrypy")[0].verdict == "tie"
    assert cells(theirs, "cherrypy")[1].verdict == "inconclusive"
    assert mine.headline == theirs.headline, "the sentence does not depend on who reads it"


def test_between_two_that_the_generator_held_down_there_is_no_ratio(stored: Run) -> None:
    held = tuple(
        replace(
            measurement,
            at_least=measurement.at_least or (measurement.sut, measurement.workload) == ("flask", "read-item"),
        )
        for measurement in stored.measurements
    )
    built = view.build(replace(stored, measurements=held))
    read, mix = cells(built, "flask")
    assert (read.ratio, read.interval, read.verdict, read.figure) == ("", "", "inconclusive", "at least 6,500/s")
    assert (mix.ratio, mix.verdict) == ("≤ 0.325x", "slower")
    (row,) = [row for row in table(built).rows if row.sut.id == "flask"]
    assert row.overall is None
    against = cells(view.build(replace(stored, measurements=held), "cherrypy"), "flask")[0]
    assert (against.ratio[:2], against.verdict) == ("≥ ", "inconclusive"), "a tie with at least so much is open"


def test_what_the_limit_of_a_sut_is_and_how_rates_are_ordered() -> None:
    built = view.build(runs.make(suts=2, rounds=2, shares=(0.9, 0.5)))
    opened = table(built, "response_p50_s")
    assert [workload.id for workload in opened.workloads] == ["crud-mix-open", "crud-mix-open-50", "crud-mix-open-90"]
    assert "The limit of a SUT is what it managed in the closed loop." in opened.legend


def test_an_unknown_baseline_is_refused(stored: Run) -> None:
    with pytest.raises(UsageError, match="'nope' is not among what was measured: wsgi, flask, django"):
        view.build(stored, "nope")


def test_in_the_other_group_the_baseline_is_the_same_app(stored: Run) -> None:
    assert table(view.build(stored), group="native").baseline == "wsgi-gunicorn"
    assert table(view.build(stored, "flask"), group="native").baseline == "flask-gunicorn"
    assert table(view.build(stored, "django"), group="native").baseline == "wsgi-gunicorn", "django has none there"
    assert table(view.build(stored, "flask-gunicorn")).baseline == "flask"


def test_tables_are_of_one_metric_one_kind_of_load_and_one_group(stored: Run) -> None:
    assert [(table.metric.id, table.kind, table.group) for table in view.build(stored).tables] == [
        ("throughput_rps", "closed", "common"),
        ("cpu_us_per_request", "closed", "common"),
        ("response_p50_s", "open", "common"),
        ("response_p99_s", "open", "common"),
        ("throughput_rps", "closed", "native"),
        ("cpu_us_per_request", "closed", "native"),
    ]
    assert all(
        "Requests arrived at random" in table.legend for table in view.build(stored).tables if table.kind == "open"
    )


def test_the_best_come_first_and_who_failed_last(stored: Run) -> None:
    def order(metric: str, group: str = "common") -> list[str]:
        return [row.sut.id for row in table(view.build(stored), metric, group).rows]

    assert order("throughput_rps") == ["wsgi", "cherrypy", "flask", "django", "py4web"]
    assert order("cpu_us_per_request") == ["wsgi", "flask", "cherrypy", "django", "py4web"]
    assert order("throughput_rps", "native") == ["flask-gunicorn", "wsgi-gunicorn"]


def test_who_did_only_the_easy_half_is_not_ranked_by_it() -> None:
    rounds = [
        one_round(n, [cell("wsgi", rps=1000), cell("wsgi", "crud-mix", rps=10), cell("flask", rps=900)]) for n in (1, 2)
    ]
    run = builders.run([sut("wsgi"), sut("flask")], rounds, (builders.READ, builders.MIX))
    built = view.build(derive.derive(run, lambda *_: None))
    assert [row.sut.id for row in table(built).rows] == ["wsgi", "flask"]


def test_a_failed_cell_says_why(stored: Run) -> None:
    _, mix = cells(view.build(stored), "django")
    assert (mix.verdict, mix.figure, mix.value) == ("failed", None, None)
    assert mix.note == "round 2: errors: 3 x status 500"
    assert {cell.note for cell in cells(view.build(stored), "py4web")} == {
        "rounds 1, 2, 3, 4: py4web ended with exit code 1 before it was ready."
    }


def test_after_a_death_the_later_cells_tell_of_it() -> None:
    """A server that died in one workload is not there for the next."""
    rounds = [
        one_round(1, [cell("wsgi"), cell("wsgi", "crud-mix")], failures=(builders.failure("flask", reason="died"),))
    ]
    run = builders.run([sut("wsgi"), sut("flask"), sut("django")], rounds, (builders.READ, builders.MIX))
    built = view.build(derive.derive(run, lambda *_: None))
    assert [cell.note for cell in cells(built, "flask")] == ["round 1: died"] * 2
    assert [cell.note for cell in cells(built, "django")] == ["not measured"] * 2


def test_facts_apart_from_the_load(stored: Run) -> None:
    facts = {fact.sut.id: (fact.memory, fact.start) for fact in view.build(stored).facts}
    assert facts["wsgi"] == ("54 MiB", "240 ms")
    assert facts["py4web"] == ("-", "-")


def test_the_environment_is_told_as_it_was_measured(stored: Run) -> None:
    facts = dict(view.build(stored).environment)
    assert facts["Processor"] == "Made-up CPU, 2 cores, 8 GiB"
    assert facts["Rounds"] == "4, 80 s, seed 7"
    assert facts["Servers"] == "granian 2.0, gunicorn 27.0.1"
    assert facts["Fairground"] == "commit 0123456789ab"
    dirty = replace(stored, environment=replace(stored.environment, dirty=True, commit=None))
    assert dict(view.build(dirty).environment)["Fairground"] == "commit unknown with uncommitted changes"


def test_clauses_of_hardening_that_a_sut_lacks_stand_with_what_its_app_declares(stored: Run) -> None:
    suts = tuple(replace(sut, not_hardened={"huge-id": "500"} if sut.id == "flask" else {}) for sut in stored.suts)
    declared = view.build(replace(stored, suts=suts)).declared
    lacking = [row.sut.label for row in declared if "Lacks huge-id" in str(row.notes)]
    assert lacking == [sut.label for sut in suts if sut.id == "flask"]


def test_what_an_app_was_written_with_is_declared_and_of_older_runs_not_recorded(stored: Run) -> None:
    first, *rest = stored.suts
    suts = (replace(first, data_layer="sqlite3", serialiser="json", validation="written out"), *rest)
    declared = {row.sut.id: row.parts for row in view.build(replace(stored, suts=suts)).declared}
    assert declared[first.id] == ("sqlite3", "json", "written out")
    assert {parts[1:] for sut, parts in declared.items() if sut != first.id} == {("not recorded", "not recorded")}


@pytest.mark.parametrize("changes", [{}, {"environment": Environment()}, {"suts": (sut("wsgi"),)}])
def test_a_run_without_rounds_can_be_shown(changes: dict[str, Any]) -> None:
    built = view.build(replace(builders.run([sut("wsgi"), sut("flask")]), **changes))
    assert built.tables == ()
    assert "there is nothing to compare" in built.headline.lower()


def test_a_note_that_an_app_has_on_its_native_server_alone_is_shown_there() -> None:
    common = sut("cherrypy", notes=("No log.",))
    native = sut("cherrypy-cheroot", group="native", notes=("No log.", "cheroot runs it on 10 threads."))
    other = sut("flask-gunicorn", group="native", notes=("No folder.",))
    shown = {row.sut.id: row.notes for row in view.build(builders.run([common, native, other])).declared}
    assert shown == {"cherrypy": ("No log.",), "cherrypy-cheroot": ("cheroot runs it on 10 threads.",)}
