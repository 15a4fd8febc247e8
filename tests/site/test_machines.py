"""The machines of a site: side by side where there are several, and never on one line."""

from dataclasses import replace

from parsel import Selector

from bench.site import card, machines
from bench.store.results import Run
from tests.site import past
from tests.site.test_page import rendered, said


def elsewhere(run: Run, fingerprint: str = "another00000") -> Run:
    """The run as another machine would have it."""
    return replace(run, environment=replace(run.environment, fingerprint=fingerprint, cpu="Other CPU"))


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
    assert [label for label, _ in table.rows] == ["Flask 1.0", "Django 1.0"]
    for _, cells in table.rows:
        assert [cell.run for cell in cells if cell] == [past.run(4).run.id, past.run(3).run.id]
        assert all(cell.figure.endswith("]") for cell in cells if cell)


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
    alone = rendered(RUNS[:2])
    assert not Selector(alone).css("#machines")
    assert "on machine" not in said(alone, ".sub")


def test_a_sut_that_was_called_otherwise_there_says_so() -> None:
    text = rendered([past.run(1), elsewhere(past.upgraded(past.run(2)))])
    assert "Flask 1.0, " in said(text, "#machines"), "the newest run names the row"
