"""The stored run: the same after a trip to the disk, whole or not at all, and never misread."""

import errno
import io
import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bench.analysis import derive
from bench.errors import StorageError
from bench.store import results, storage
from bench.store.results import SCHEMA_VERSION, Run
from bench.workspace import ROOT
from tests import builders

SCHEMA = ROOT / "bench" / "store" / "run.schema.json"


@pytest.fixture
def stored() -> Run:
    """A run with one of everything: open loops, failures, errors, and intervals that nothing is known of."""
    suts = [builders.sut("wsgi", notes=("Ünïcödé & <b>",)), builders.sut("flask", versions={"flask": "3"})]
    rounds = builders.steady({"wsgi": 2000.0, "flask": 1000.0})
    cells = (
        *rounds[0].cells,
        builders.cell("flask", "read-item-open", rps=500, lag_p99_s=1e-4, service_p50_s=0.01, steal_share=0.02),
        builders.cell("flask", "crud-mix", errors={"status 500": 3}, reconnects=1),
    )
    rounds[0] = replace(rounds[0], cells=cells, failures=(builders.failure("flask", "crud-mix"),))
    run = builders.run(suts, rounds, (builders.READ, builders.MIX, builders.READ_OPEN))
    return derive.derive(run, lambda *_: None)


def test_a_run_comes_back_as_it_was_saved(stored: Run, tmp_path: Path) -> None:
    path = storage.save(stored, tmp_path / "a" / "run")
    assert path == tmp_path / "a" / "run" / "run.json"
    assert storage.load(path) == storage.load(path.parent) == stored
    assert [file.name for file in path.parent.iterdir()] == ["run.json"]


def test_what_is_stored_is_strict_json_that_people_can_read(stored: Run, tmp_path: Path) -> None:
    text = storage.save(stored, tmp_path).read_text("utf-8")
    assert "Ünïcödé & <b>" in text
    json.loads(text, parse_constant=pytest.fail)
    lone = builders.run([builders.sut("wsgi")], builders.steady({"wsgi": 10.0}, rounds=1))
    for run in (lone, builders.run([builders.sut("wsgi")])):
        text = storage.save(derive.derive(run, lambda *_: None), tmp_path).read_text("utf-8")
        json.loads(text, parse_constant=pytest.fail)


def test_the_published_schema_is_what_the_code_says(golden: Callable[[Path, str], None]) -> None:
    golden(SCHEMA, json.dumps(storage.json_schema(), indent=1) + "\n")
    jsonschema.Draft202012Validator.check_schema(storage.json_schema())


def test_a_saved_run_keeps_to_the_schema_and_other_things_do_not(stored: Run, tmp_path: Path) -> None:
    document: dict[str, Any] = json.loads(storage.save(stored, tmp_path).read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    validator.validate(document)
    for key in ("run", "environment", "suts", "workloads", "baseline"):
        assert not validator.is_valid({name: value for name, value in document.items() if name != key})
    assert not validator.is_valid(document | {"run": document["run"] | {"status": "finished"}})
    assert not validator.is_valid(document | {"checks": [{"id": "x"}]})


def test_in_one_line_of_ascii_it_is_the_same_run(stored: Run, tmp_path: Path) -> None:
    odd = replace(stored, suts=(replace(stored.suts[0], label="Größe \x1b[31m\x7f\x85\u202e 👩"), *stored.suts[1:]))
    content = storage.as_json(odd)
    assert re.fullmatch(rb"[ -~]+\n", content)
    assert storage.parse(content.decode("ascii"), "it") == odd
    assert json.loads(content) == json.loads(storage.save(odd, tmp_path).read_bytes())


def damaged(text: str) -> dict[str, str]:
    document = json.loads(text)
    return {
        "cut off": text[: len(text) // 2],
        "empty": "",
        "no object": "[1, 2]",
        "no run": '{"schema_version": 3}',
        "no environment": '{"schema_version": 1}',
        "words for a number": '{"schema_version": 3, "environment": {"cores": "some"}}',
        "environment of another kind": '{"schema_version": 1, "environment": 3}',
        "wrong type": json.dumps(document | {"rounds": 3}),
        "deep": "[" * 100_000,
    }


@pytest.mark.parametrize("how", [*damaged("{}")])
def test_a_damaged_file_is_told_in_one_sentence(stored: Run, tmp_path: Path, how: str) -> None:
    path = storage.save(stored, tmp_path)
    path.write_text(damaged(path.read_text("utf-8"))[how], "utf-8")
    with pytest.raises(StorageError, match=rf"^{path} is not a stored run: [^\n]+\.$"):
        storage.load(tmp_path)


def test_what_is_wrong_in_it_is_named(stored: Run, tmp_path: Path) -> None:
    path = storage.save(stored, tmp_path)
    path.write_text(path.read_text("utf-8").replace('"status": "partial"', '"status": "done"'), "utf-8")
    with pytest.raises(StorageError, match=r"run\.status: input should be 'complete' or 'partial'"):
        storage.load(tmp_path)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(StorageError, match="cannot be read"):
        storage.load(tmp_path)


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION + 1, "1", None, True, [1]])
def test_another_version_of_the_format_is_refused(stored: Run, tmp_path: Path, version: object) -> None:
    path = storage.save(stored, tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"schema_version": version}), "utf-8")
    with pytest.raises(
        StorageError,
        match=re.escape(f"schema version {version!r}; this Fairground reads versions 1 to {SCHEMA_VERSION}."),
    ):
        storage.load(tmp_path)


def test_a_run_that_is_not_there_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=rf"There is no run at {tmp_path}/run.json; `make bench` makes one"):
        storage.load(tmp_path)


class FullDisk(io.StringIO):
    """Takes a little, and then no more."""

    def write(self, text: str, /) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_the_earlier_file_whole(
    stored: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.save(stored, tmp_path)
    before = (tmp_path / "run.json").read_bytes()
    with monkeypatch.context() as patch:
        real = Path.open

        def open_(path: Path, *arguments: Any, **keywords: Any) -> Any:
            real(path, *arguments, **keywords).close()
            return FullDisk()

        patch.setattr(Path, "open", open_)
        with pytest.raises(
            StorageError,
            match=r"run\.json cannot be written: No space left on device.*What was saved there before is kept",
        ):
            storage.save(replace(stored, baseline="flask"), tmp_path)
    assert (tmp_path / "run.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_so_does_a_disk_that_fails_later(
    stored: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    storage.save(stored, tmp_path)
    before = (tmp_path / "run.json").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(*((storage.os, "fsync") if moment == "fsync" else (Path, "replace")), fail)
        with pytest.raises(StorageError, match="Input/output error"):
            storage.save(replace(stored, baseline="flask"), tmp_path)
    assert (tmp_path / "run.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_a_file_of_a_folder_that_is_synced_later_does_not_wait_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(storage.os, "fsync", synced.append)
    storage.write(tmp_path / "page.html", "text", synced=False)
    assert ((tmp_path / "page.html").read_text(), synced) == ("text", [])
    storage.write(tmp_path / "page.html", "another")
    assert len(synced) == 1


def test_a_folder_that_cannot_be_made_is_told(stored: Run, tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file")
    with pytest.raises(StorageError, match=r"results/x/run\.json cannot be written: Not a directory"):
        storage.save(stored, tmp_path / "results" / "x")


def test_cells_with_a_failure_are_no_measurements() -> None:
    cells = [builders.cell("flask"), builders.cell("flask", "crud-mix"), builders.cell("django")]
    done = builders.one_round(1, cells, failures=(builders.failure("flask", "crud-mix"),))
    assert done.sound_cells() == [cells[0], cells[2]]
    assert results.sound(cells, []) == cells


def test_nothing_infinite_is_ever_stored(stored: Run) -> None:
    document = json.loads(storage.as_json(stored))
    parts = [
        row.get("estimate") or row["here"]
        for part in ("measurements", "comparisons", "noise")
        for row in document[part]
    ]
    ends = [part[end] for part in parts for end in ("low", "high")]
    assert any(end is None for end in ends), "the open loop was done once, so nothing is known of its spread"
    assert all(end is None or math.isfinite(end) for end in ends)
