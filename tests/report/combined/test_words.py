"""What a combined report says first."""

from bench.analysis import combination
from bench.report.combined import view, words
from tests.report.combined import machines
from tests.report.combined.machines import AGREEING, agreeing, contradicting


def test_where_all_agree_the_first_is_named_with_its_ratio_on_each_machine_and_elsewhere() -> None:
    said = agreeing().headline
    assert said.startswith("Flask 1.0 comes first by throughput over all 2 workloads on each of the 2 machines. ")
    assert "Flask 1.0 over Django 1.0: 1.56x [" in said
    assert "] on machine 1 and 1.65x [" in said
    assert said.endswith("x on another machine.")
    assert agreeing().contradictions == ()


def test_where_they_do_not_the_machines_are_named() -> None:
    said = contradicting().headline
    assert "depends on the machine: Flask 1.0 on machine 1 and Django 1.0 on machine 2." in said
    assert "Flask 1.0 over Django 1.0: 1.56x [" in said


def test_each_contradiction_names_both_machines_with_their_ratios_the_overall_ones_first() -> None:
    first, *others = contradicting().contradictions
    assert first.startswith("Django 1.0 is faster than Flask 1.0 over all 2 workloads by throughput on machine 2 (1.5")
    assert "), and slower on machine 1 (0.6" in first
    assert any("in read-item by CPU per request" in sentence for sentence in others)


def test_the_first_contradictions_are_said_and_the_rest_is_counted() -> None:
    assert words.few(["a"] * 5) == (["a"] * 5, "")
    assert words.few(["a"] * 7) == (["a"] * 5, "2 more contradictions: report.json has all of them.")
    assert words.few([]) == ([], "")


def test_runs_of_one_machine_are_called_so() -> None:
    runs = [machines.run(AGREEING, "aa", day) for day in (22, 23)]
    built = view.build(combination.of(runs))
    assert "in each of the runs." in built.headline
    assert built.title == "Fairground: 2 runs on 1 machine"


def test_without_a_ranking_there_is_a_sentence_too() -> None:
    alone = {"wsgi": 4000.0, "flask": 1000.0}
    runs = [machines.run(alone, machine) for machine in ("aa", "bb")]
    assert view.build(combination.of(runs)).headline.startswith("Not every run has a ranking: see the tables")


def test_on_several_databases_the_sentence_is_about_the_first() -> None:
    speeds = AGREEING | {"bottle": 2000.0}
    runs = [machines.on_two_databases(machines.run(speeds, name)) for name in ("aa", "bb")]
    said = view.build(combination.of(runs)).headline
    assert said.startswith(
        "Flask 1.0 comes first by throughput over all 2 workloads on SQLite on each of the 2 machines."
    )
