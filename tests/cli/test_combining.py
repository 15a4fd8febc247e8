"""`combine` as a command: what it takes, says, writes and exits with."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.store import archive, storage
from bench.store.results import Run
from bench.workspace import Workspace
from tests.commands import Command, sentence
from tests.report.combined.machines import AGREEING, OTHERWISE, run

HERE, THERE, SOMEWHERE = (f"202611{day}T120000Z-quick" for day in (21, 22, 23))


@pytest.fixture
def runs(workspace: Workspace) -> Path:
    """Runs of three machines, of which the last contradicts the others."""
    folder = workspace.results
    for machine, day, speeds in (("aa", 21, AGREEING), ("bb", 22, AGREEING), ("cc", 23, OTHERWISE)):
        stored = run(speeds, machine, day)
        storage.save(stored, folder / stored.run.id)
        archive.point_latest(folder / stored.run.id)
    return folder


def change(folder: Path, changed: Run) -> None:
    storage.save(changed, folder / changed.run.id)


def test_runs_of_two_machines_become_one_report(bench: Command, runs: Path) -> None:
    done = bench("combine", HERE, THERE)
    assert (done.code, done.err) == (0, "")
    assert "Flask 1.0 comes first by throughput over all 2 workloads on each of the 2 machines." in done.out
    assert done.out.splitlines()[-1] == f"The report is {runs / 'combined' / 'report.html'}"
    assert {path.name for path in (runs / "combined").iterdir()} == {"report.html", "report.md", "report.json"}
    assert archive.every(runs) == tuple(runs / name for name in (HERE, THERE, SOMEWHERE)), "it is no run itself"


def test_machines_that_contradict_each_other_are_named_first(bench: Command, runs: Path) -> None:
    done = bench("combine", HERE, "latest")
    assert done.code == 0
    assert done.out.splitlines()[0] == "Machines contradict each other:"
    assert (runs / "combined" / "report.md").read_text("utf-8").splitlines()[2].startswith("> **Machines contradict")


def test_json_is_printed_for_machines_and_written_where_that_is_said(
    bench: Command, runs: Path, tmp_path: Path
) -> None:
    done = bench("combine", HERE, THERE, "--json")
    assert done.code == 0
    assert [one["machine"] for one in json.loads(done.out)["runs"]] == [1, 2]
    assert not (runs / "combined").exists()
    again = bench("combine", HERE, THERE, "--json", "--into", str(tmp_path / "new"))
    assert again.out == done.out == (tmp_path / "new" / "report.json").read_text("utf-8")


def test_what_must_not_be_mixed_is_refused_by_name(bench: Command, runs: Path) -> None:
    other = storage.load(runs / THERE)
    change(runs, replace(other, environment=replace(other.environment, contract="9.0")))
    assert "the version of the contract is 1.0 in the one and 9.0 in the other" in sentence(
        bench("combine", HERE, THERE)
    )
    assert not (runs / "combined").exists()


def test_too_few_runs_are_refused(bench: Command, runs: Path) -> None:
    assert sentence(bench("combine", HERE)) == "One run is no combination: name two or more."
    assert "Missing argument 'RUN...'" in sentence(bench("combine"))
    assert "There is no run 'nothing'" in sentence(bench("combine", HERE, "nothing"))


def test_the_report_of_a_run_is_not_replaced(bench: Command, runs: Path) -> None:
    said = sentence(bench("combine", HERE, THERE, "--into", str(runs / SOMEWHERE)))
    assert said == f"{runs / SOMEWHERE} holds a run with its report; name another folder with --into."


def test_a_baseline_that_is_in_no_run_is_told(bench: Command, runs: Path) -> None:
    assert "The baseline 'nobody' is not among what was measured" in sentence(
        bench("combine", HERE, THERE, "--baseline", "nobody")
    )


def test_a_comparison_of_two_machines_shows_them_side_by_side_and_says_so(
    bench: Command, runs: Path, tmp_path: Path
) -> None:
    file = tmp_path / "summary.md"
    done, combined = bench("compare", HERE, THERE, "--markdown", str(file)), bench("combine", HERE, THERE)
    assert (done.code, done.err) == (0, "")
    said, _, shown = done.out.partition("\n")
    assert said.startswith("These runs are of two machines, so nothing is said of a change.")
    assert combined.out.startswith(shown)
    assert file.read_text("utf-8") == f"{said}\n\n{(runs / 'combined' / 'report.md').read_text('utf-8')}"


def test_for_machines_it_is_the_combined_report(bench: Command, runs: Path) -> None:
    done = bench("compare", HERE, THERE, "--json")
    assert (done.code, done.out) == (0, bench("combine", HERE, THERE, "--json").out)
    assert done.err.startswith("These runs are of two machines")
    assert not (runs / "combined").exists()


def test_two_machines_whose_runs_must_not_be_mixed_are_not_compared_either(bench: Command, runs: Path) -> None:
    other = storage.load(runs / THERE)
    change(runs, replace(other, run=replace(other.run, status="partial")))
    said = sentence(bench("compare", HERE, THERE))
    assert said.startswith("Not comparable: the runs are of two machines, and do not go side by side either. Run")
    assert f"{THERE} cannot be combined with others (partial)" in said
    assert said.endswith("--force compares them all the same, and says so.")


def test_runs_of_one_second_are_told_apart_by_their_machines(bench: Command, runs: Path) -> None:
    storage.save(run(AGREEING, "dd", 21), runs / "of-another-machine")
    done = bench("compare", HERE, "of-another-machine", "--json")
    assert [(one["run"], one["machine"]) for one in json.loads(done.out)["runs"]] == [(HERE, 1), (HERE, 2)]


def test_the_run_to_compare_with_is_one_of_the_same_machine(bench: Command, runs: Path) -> None:
    assert f"There is no run of quick before {SOMEWHERE} from its machine" in sentence(bench("compare"))
    own = run(AGREEING, "cc", 20)
    change(runs, own)
    done = bench("compare", "--json")
    assert json.loads(done.out)["base"] == own.run.id, "those of other machines lie between"
