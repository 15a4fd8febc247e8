"""`compare` and `run --against` as commands: what they take, say, write and exit with."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.errors import NothingChanged
from bench.measure import session
from bench.measure.wishes import Wishes
from bench.report import files
from bench.store import archive, storage
from bench.store.results import Run
from bench.workspace import Workspace
from tests.analysis.test_changes import SUTS, editions, measured
from tests.commands import Command, sentence

OLD, NEW, SLOW = "20261120T120000Z-quick", "20261121T120000Z-quick", "20261122T120000Z-quick"


@pytest.fixture
def runs(workspace: Workspace) -> Path:
    """Three runs, of which the latest has a slower flask."""
    folder = workspace.results
    for name, speeds in ((OLD, SUTS), (NEW, SUTS), (SLOW, SUTS | {"flask": 700.0})):
        storage.save(measured(speeds, name), folder / name)
        archive.point_latest(folder / name)
    return folder


def test_two_runs_are_compared_and_the_outcome_is_the_exit_code(bench: Command, runs: Path) -> None:
    done = bench("compare", OLD, NEW, "--fail-on", "slower")
    assert (done.code, done.err) == (0, "")
    assert "Nothing got slower by more than 5 %." in done.out
    done = bench("compare", OLD, SLOW, "--fail-on", "slower")
    assert done.code == 1
    assert "flask overall by CPU per request 1.42x" in done.out
    assert bench("compare", OLD, SLOW).code == 0, "nobody asked to fail"
    assert bench("compare", OLD, SLOW, "--fail-on", "slower", "--threshold", "50%").code == 0


def test_without_names_the_latest_is_compared_with_the_one_before(bench: Command, runs: Path) -> None:
    assert bench("compare", "--fail-on", "slower").code == 1
    assert bench("compare", NEW, "--fail-on", "slower").code == 1, "the latest is head"
    archive.point_latest(runs / NEW)
    assert bench("compare", "--fail-on", "slower").code == 0
    archive.point_latest(runs / OLD)
    assert f"There is no run of quick before {OLD} from its machine" in sentence(bench("compare"))


def change(runs: Path, name: str, **facts: Any) -> None:
    """Make a stored run one of another environment."""
    run = storage.load(runs / name)
    storage.save(replace(run, environment=replace(run.environment, **facts)), runs / name)


def test_what_is_not_comparable_is_refused_unless_forced(bench: Command, runs: Path) -> None:
    change(runs, NEW, python="CPython 3.9.0")
    done = bench("compare", OLD, NEW)
    assert "Not comparable: Python was CPython" in sentence(done)
    assert "--force" in done.err
    forced = bench("compare", OLD, NEW, "--force")
    assert forced.code == 0
    assert "Not comparable: Python was CPython" in forced.out


def test_what_two_machines_are_to_be_judged_by_is_refused_unless_forced(bench: Command, runs: Path) -> None:
    change(runs, NEW, fingerprint="f", cpu="Other")
    refused = sentence(bench("compare", OLD, NEW, "--fail-on", "slower"))
    assert refused.startswith("Not comparable: the machine was Made-up CPU")
    assert "(`make combine` puts such runs side by side)" in refused
    forced = bench("compare", OLD, NEW, "--fail-on", "slower", "--force")
    assert forced.code == 0
    assert "Not comparable: the machine was Made-up CPU" in forced.out


def test_markdown_is_appended_and_json_is_for_machines(bench: Command, runs: Path, tmp_path: Path) -> None:
    file = tmp_path / "new" / "summary.md"
    for _ in range(2):
        assert bench("compare", OLD, SLOW, "--markdown", str(file)).code == 0
    assert file.read_text("utf-8").count(f"# {OLD} → {SLOW}".replace("-", "-")) == 2
    done = bench("compare", OLD, SLOW, "--json", "--fail-on", "slower")
    document: dict[str, Any] = json.loads(done.out)
    assert (done.code, document["worse"], document["base"], document["threshold"]) == (1, True, OLD, 0.05)
    assert {comparison["verdict"] for comparison in document["ratios"]} >= {"slower"}


@pytest.mark.parametrize(("given", "meant"), [("5%", 1), ("0.05", 1), ("40 %", 0), ("0.4", 0), ("0", 1)])
def test_a_threshold_is_a_percentage_or_a_share(bench: Command, runs: Path, given: str, meant: int) -> None:
    assert bench("compare", OLD, SLOW, "--fail-on", "slower", "--threshold", given).code == meant


@pytest.mark.parametrize("given", ["5", "120%", "-1%", "x", "", "5%%", "5% x", "nan", "inf", "%"])
def test_what_is_no_threshold_is_refused(bench: Command, runs: Path, given: str) -> None:
    done = bench("compare", OLD, SLOW, "--threshold", given)
    assert "is no percentage below 100%, such as 5%" in sentence(done)
    assert done.code == 2


@pytest.mark.parametrize("names", [("nothing",), (OLD, "nothing"), ("nothing", OLD)])
def test_a_run_that_is_not_there_is_told(bench: Command, runs: Path, names: tuple[str, ...]) -> None:
    assert "There is no run 'nothing'" in sentence(bench("compare", *names))


@pytest.mark.skipif(
    os.geteuid() == 0 and not Path("/proc/self").exists(),
    reason="needs a system on which a process can be kept from writing",
)
def test_a_file_that_cannot_be_written_is_told(bench: Command, runs: Path) -> None:
    assert "The system would not do it" in sentence(bench("compare", OLD, NEW, "--markdown", "/proc/nowhere/x.md"))


@pytest.fixture
def against(runs: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Sessions that are over at once, with two editions of flask; `run` is what they measured."""
    world: dict[str, Any] = {"run": editions(800.0, 1000.0)}

    def measure(wishes: Wishes, *_: object) -> tuple[Run, Path]:
        world["wishes"] = wishes
        if isinstance(world["run"], Exception):
            raise world["run"]
        folder = runs / "20261123T120000Z-ci"
        storage.save(world["run"], folder)
        archive.point_latest(folder)
        return world["run"], folder

    monkeypatch.setattr(session, "measure", measure)
    monkeypatch.setattr(files, "write", lambda *_: None)
    return world


def test_measuring_against_something_ends_with_what_changed(
    bench: Command,
    against: dict[str, Any],
    tmp_path: Path,
) -> None:
    file = tmp_path / "summary.md"
    done = bench("run", "--against", "main", "--fail-on", "slower", "--markdown", str(file))
    assert done.code == 1
    assert against["wishes"].against == "main"
    assert "4 figures got slower by more than 5 %" in done.out
    assert file.read_text("utf-8").startswith("# abc1234 → the working tree on 0123456\n")
    assert bench("run", "--against", "main").code == 0
    against["run"] = editions(1000.0, 1000.0)
    assert bench("run", "--against", "main", "--fail-on", "slower").code == 0
    assert bench("compare").code == 0, "the latest run is compared within itself"


def test_where_nothing_differs_that_is_the_outcome(
    bench: Command,
    against: dict[str, Any],
    tmp_path: Path,
) -> None:
    against["run"] = NothingChanged("No app differs from main.")
    file = tmp_path / "summary.md"
    done = bench("run", "--against", "main", "--fail-on", "slower", "--markdown", str(file))
    assert (done.code, done.out, done.err) == (0, "", "No app differs from main.\n")
    assert file.read_text("utf-8") == "No app differs from main.\n"


@pytest.mark.parametrize("flag", [("--fail-on", "slower"), ("--markdown", "x.md")])
def test_there_is_nothing_to_judge_without_a_comparison(
    bench: Command,
    against: dict[str, Any],
    flag: tuple[str, str],
) -> None:
    assert "say --against what" in sentence(bench("run", *flag))
    assert "wishes" not in against
