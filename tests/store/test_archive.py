"""Runs found by id, by folder, or as the newest; and nothing taken for one that is none."""

from pathlib import Path

import pytest

from bench.errors import StorageError
from bench.store import archive
from tests import builders

OLD, NEW = "20261121T120000Z-quick", "20261122T120000Z-ci"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    for name in (OLD, NEW, "reference"):
        (tmp_path / "results" / name).mkdir(parents=True)
        (tmp_path / "results" / name / "run.json").write_text("{}")
    return tmp_path / "results"


def test_a_run_is_found_by_id_folder_or_file(results: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (OLD, str(results / OLD), str(results / OLD / "run.json"), f"results/{OLD}", f"results/{OLD}/run.json"):
        assert archive.find(name, results) == results / OLD
    assert archive.find("reference", results) == results / "reference"


@pytest.mark.parametrize("name", ["nope", "", ".", "..", "/", f"{OLD}/nope", "x" * 200])
def test_what_is_no_run_is_told(results: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StorageError, match=r"There is no run .*; `latest`, an id or a folder names one"):
        archive.find(name, results)


def test_a_name_is_not_looked_for_where_the_user_happens_to_stand(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(results / OLD)
    with pytest.raises(StorageError):
        archive.find("nope", results)


def test_the_latest_is_the_one_pointed_at(results: Path) -> None:
    archive.point_latest(results / OLD)
    assert archive.find("latest", results) == archive.latest(results) == results / OLD
    archive.point_latest(results / NEW)
    assert archive.latest(results) == results / NEW
    assert not (results / ".latest.part").exists()


def test_without_a_pointer_the_newest_is_the_latest_and_the_reference_never(results: Path) -> None:
    archive.point_latest(results / NEW)
    (results / NEW / "run.json").unlink()
    assert archive.latest(results) == results / OLD
    (results / OLD / "run.json").unlink()
    with pytest.raises(StorageError, match=r"There is no run in .* yet; `make bench` makes one"):
        archive.latest(results)


def test_no_folder_of_results_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="yet; `make bench` makes one"):
        archive.latest(tmp_path / "results")


def test_a_pointer_that_cannot_be_made_is_told_with_where_the_run_is(results: Path) -> None:
    (results / "latest").mkdir()
    (results / "latest" / "something").touch()
    with pytest.raises(StorageError, match=f"latest cannot be written: .*The run is in .*{OLD}"):
        archive.point_latest(results / OLD)


def test_a_folder_is_tried_before_anybody_measures(tmp_path: Path) -> None:
    archive.check_writable(tmp_path / "new" / "results")
    assert list((tmp_path / "new" / "results").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"Nothing can be stored in .*file/results: Not a directory"):
        archive.check_writable(tmp_path / "file" / "results")


def test_what_was_measured_is_the_latest_from_its_first_round_on(tmp_path: Path) -> None:
    results = tmp_path / "results"
    archive.keep(builders.run([builders.sut("wsgi")], builders.steady({"wsgi": 10.0}, rounds=1)), results / OLD)
    archive.keep(builders.run([builders.sut("wsgi")]), results / NEW)
    assert archive.latest(results) == results / OLD, "nothing has been measured in the newer one"
    archive.keep(builders.run([builders.sut("wsgi")], builders.steady({"wsgi": 10.0}, rounds=1)), results / NEW)
    assert archive.latest(results) == results / NEW
