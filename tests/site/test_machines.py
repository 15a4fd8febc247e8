"""The machines of a site: side by side where there are several, and never on one line."""

from dataclasses import replace

from parsel import Selector

from bench.analysis import combination, history, ratios
from bench.analysis.elsewhere import predicted
from bench.site import card, machines, panels
from bench.site.machines import Beyond
from bench.statistics.elsewhere import pooled
from bench.store.results import Run
from bench.store.spreads import OVERALL
from tests.site import past
from tests.site.test_page import rendered, said


def elsewhere(run: Run, fingerprint: str = "another00000") -> Run:
    """The run as another machine would have it."""
    return replace(run, environment=replace(run.environment, fingerprint=fingerprint, cpu="Other CPU"))


SPREADS = {(OVERALL, history.CPU): 0.05}
RUNS = [past.run(1), past.run(2), elsewhere(past.run(3)), past.run(4)]


def test_each_machine_is_counted_with_its_first_and_newest_run() -> None:
    here, there = machines.cards_of(map(card.of, RUNS))
    assert (here.fingerprint, here.runs, here.first, here.newest) == (
        past.run(4).environment.fingerprint,
        3,
        past.run(1).run.id,
        past.run(4).run.id,
    )
    assert (there.fingerprint, there.cpu, there.runs) == ("another00000", "Other CPU", 1)


def test_one_machine_is_none_to_tell_apart_and_nobody_knows_what_an_unknown_one_is() -> None:
    assert machines.cards_of(map(card.of, RUNS[:2])) == ()
    assert machines.cards_of(map(card.of, [past.run(1), elsewhere(past.run(2), "")])) == ()


def test_the_newest_ratio_of_each_machine_stands_beside_the_others() -> None:
    (table,) = machines.tables(past.trends(RUNS))
    assert table.machines == (past.run(4).environment.fingerprint, "another00000")
    assert [row.label for row in table.rows] == ["Flask 1.0", "Django 1.0"]
    for row in table.rows:
        assert [cell.run for cell in row.cells if cell] == [past.run(4).run.id, past.run(3).run.id]
        assert all(cell.figure.endswith("]") for cell in row.cells if cell)


def beyond(*runs: Run) -> Beyond | None:
    """What to expect of Flask on another machine."""
    (table,) = machines.tables(past.trends(runs), SPREADS)
    return next(row for row in table.rows if row.label.startswith("Flask")).beyond


def test_another_machine_is_expected_to_show_what_a_combined_report_says() -> None:
    together = combination.of(RUNS, SPREADS)
    outlook = together.outlook(together.ratio(("flask", "wsgi", None, history.CPU)))
    assert outlook
    assert beyond(*RUNS) == Beyond(panels.times(outlook.ratio), 2)


def test_only_runs_of_the_same_code_and_versions_as_the_newest_count() -> None:
    other = elsewhere(past.upgraded(past.run(3)))
    assert beyond(past.run(1), past.run(2), other, past.run(4)) == beyond_of_one(past.run(1), past.run(2), past.run(4))
    assert beyond(past.run(1), past.run(2), other) == beyond_of_one(past.run(3))


def beyond_of_one(*runs: Run) -> Beyond:
    """What is expected where all runs that count are of one machine."""
    seen = [ratios.find(run.comparisons, "flask", "wsgi", None, history.CPU) for run in runs]
    known = pooled([ratio.here for ratio in seen if ratio])
    return Beyond(panels.times(predicted([known], OVERALL, history.CPU, SPREADS)), 1)


def test_a_change_point_begins_the_runs_that_count() -> None:
    days = [past.run(day, flask=1.0 if day < 7 else 1.3) for day in range(1, 11)]
    assert beyond(elsewhere(past.upgraded(past.run(1))), *days[1:]) == beyond_of_one(*days[6:])


def test_nothing_is_expected_where_nothing_says_which_code_was_measured() -> None:
    def silent(run: Run) -> Run:
        suts = tuple(replace(sut, code="") for sut in run.suts)
        return replace(run, suts=suts, environment=replace(run.environment, dirty=True))

    runs = [silent(past.run(1)), silent(elsewhere(past.run(2)))]
    assert beyond(*runs) is None
    assert Selector(rendered(runs)).css("#machines td[data-head='another machine']::text").getall() == ["–", "–"]


def test_other_profiles_and_workloads_do_not_stand_beside_each_other() -> None:
    assert machines.tables(past.trends([past.run(1), elsewhere(past.run(2, profile="ci"))])) == ()
    less = elsewhere(replace(past.run(2), workloads=past.run(2).workloads[:1]))
    assert machines.tables(past.trends([past.run(1), less])) == ()


def test_runs_of_two_machines_are_on_no_line_together() -> None:
    assert {len({point.run for point in trend.points}) for trend in past.trends(RUNS)} == {1, 3}


def test_the_page_has_a_section_for_them_and_none_where_there_is_one() -> None:
    text = rendered(RUNS)
    assert len(Selector(text).css("#by-machine tbody tr")) == 2
    assert "Other CPU" in said(text, "#machines")
    assert ", on machine 0123456789ab." in said(text, ".sub")
    assert "combine" in said(text, "#machines .reading")
    assert "each machine counts once there" in said(text, "#machines .reading")
    beyond = Selector(text).css("#machines td[data-head='another machine']")
    assert [" ".join(cell.xpath(".//text()").getall()).endswith("] from 2 machines") for cell in beyond] == [True, True]
    alone = rendered(RUNS[:2])
    assert not Selector(alone).css("#machines")
    assert "on machine" not in said(alone, ".sub")


def test_a_sut_that_was_called_otherwise_there_says_so() -> None:
    text = rendered([past.run(1), elsewhere(past.upgraded(past.run(2)))])
    assert "Flask 1.0, " in said(text, "#machines"), "the newest run names the row"
