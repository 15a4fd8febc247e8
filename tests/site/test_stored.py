"""Which runs there are on this machine, and what is said of those that are none."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.site import stored
from bench.store import storage
from tests.site import past


def test_every_folder_with_a_run_counts_once(tmp_path: Path) -> None:
    past.store([past.run(1), past.run(2)], tmp_path)
    storage.save(replace(past.run(1), baseline="flask"), tmp_path / "reference")
    storage.save(past.run(3), tmp_path / "reference-too")
    (tmp_path / "latest").symlink_to(past.run(2).run.id)
    (tmp_path / "site").mkdir()
    (tmp_path / "note.txt").write_text("")
    runs = stored.survey(tmp_path)
    assert sorted(runs.runs) == [past.run(day).run.id for day in (1, 2, 3)]
    assert runs.runs[past.run(1).run.id].path.parent.name == past.run(1).run.id, "the one that is called by its id"
    assert runs.faults == ()


def test_no_folder_holds_no_runs(tmp_path: Path) -> None:
    assert stored.survey(tmp_path / "nowhere") == stored.Stored({})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "is not a stored run"),
        ("[]", "is not a stored run"),
        ('{"schema_version": 99}', "has schema version 99"),
        ('{"schema_version": 1}', "is not a stored run: run: field required"),
        ("\udcff", "cannot be read"),
    ],
)
def test_what_is_no_run_is_named_and_passed_over(tmp_path: Path, text: str, expected: str) -> None:
    past.store([past.run(1)], tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    runs = stored.survey(tmp_path)
    assert list(runs.runs) == [past.run(1).run.id]
    (fault,) = runs.faults
    assert fault.startswith(f"Left out: {tmp_path / 'broken' / 'run.json'} {expected}")


@pytest.mark.parametrize("name", ["../../x", "", "20261101T040000Z-quick/..", "20261101T040000Z-<b>", "x" * 500])
def test_a_run_with_an_id_that_names_no_folder_is_passed_over(tmp_path: Path, name: str) -> None:
    run = past.run(1)
    storage.save(replace(run, run=replace(run.run, id=name)), tmp_path / "odd")
    runs = stored.survey(tmp_path)
    assert runs.runs == {}
    assert "not that of a run" in runs.faults[0]
    assert len(runs.faults[0]) < 400


@pytest.mark.parametrize("text", ["20261122T165319Z-quick", "20261122T165319Z-ci", "20261122T165319Z-quick-2"])
def test_an_id_is_a_time_and_a_profile(text: str) -> None:
    assert stored.is_id(text)


@pytest.mark.parametrize(
    "text",
    [
        *("20261122T165319Z", "latest", "..", "20261122T165319Z-quick\n", "20261122T165319Z-QUICK", None, 3),
        *("٢٠٢٦1122T165319Z-quick", "20261122T165319Z-quick.json", "20261122T165319Z-", "a/20261122T165319Z-quick"),
    ],
)
def test_anything_else_is_none(text: object) -> None:
    assert not stored.is_id(text)


def test_what_was_read_before_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    past.store([past.run(1), past.run(2)], tmp_path)
    once = stored.survey(tmp_path).runs
    known = {source.sha256: (run, source.machine) for run, source in once.items()}
    monkeypatch.setattr(json, "loads", lambda _: pytest.fail("a run was read"))
    assert stored.survey(tmp_path, known.get).runs == once


def test_two_runs_of_one_second_are_told_apart_by_their_machines(tmp_path: Path) -> None:
    past.store([past.run(1)], tmp_path)
    other = replace(past.run(1), environment=replace(past.run(1).environment, fingerprint="another00000"))
    for place in ("copied", "copied-again"):
        storage.save(other, tmp_path / place)
    run = past.run(1).run.id
    assert {name: source.path.parent.name for name, source in stored.survey(tmp_path).runs.items()} == {
        run: run,
        f"{run}-another00000": "copied",
    }
    storage.save(replace(other, environment=replace(other.environment, fingerprint="<b>")), tmp_path / "odd")
    (fault,) = stored.survey(tmp_path).faults
    assert "not that of a run" in fault
