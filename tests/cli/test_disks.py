"""What is said of a full disk, which no program names: how much room there is in each folder that is written to."""

import errno
import os
from pathlib import Path

import pytest

from bench.cli import disks
from bench.errors import DatabaseError
from bench.measure import session
from bench.workspace import Workspace
from tests import builders
from tests.commands import Command

MIB = 2**20


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Folders on disks of their own, with known room."""
    place = builders.workspace(tmp_path)
    room = {place.state: 300 * MIB, place.results: 4000 * MIB, Path("/small"): MIB // 4, Path("/cache"): None}
    monkeypatch.setattr(disks, "free_bytes", room.__getitem__)
    return place


@pytest.mark.parametrize(
    "sentence",
    [
        f"The system would not do it: {OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))}.",
        "The SQLite database x cannot be used: database or disk is full.",
        "The environment of flask could not be made (uv pip install): No space left on device (os error 28)",
        "The system would not do it: [Errno 2] No usable temporary directory found in ['/tmp'].",
    ],
)
def test_every_folder_is_named_with_its_room_and_its_variable(place: Workspace, sentence: str) -> None:
    head, *rows = disks.advice(sentence, place, {"TMPDIR": "/small", "UV_CACHE_DIR": "/cache"}).strip().splitlines()
    assert head == "The room on each disk, with the variable that names a folder on another:"
    assert [row.split(maxsplit=3)[:3] for row in rows[:3]] == [
        ["0", "MiB", "TMPDIR"],
        ["300", "MiB", "FAIRGROUND_STATE"],
        ["4,000", "MiB", "FAIRGROUND_RESULTS"],
    ]
    assert rows[0].endswith("  /small (temporary files)")
    assert rows[3].split() == ["unknown", "UV_CACHE_DIR", "/cache", "(packages", "that", "were", "fetched)"]


def test_nothing_is_added_to_any_other_sentence(place: Workspace) -> None:
    assert disks.advice("There is no app 'flask'.", place, {}) == ""


def test_a_command_that_finds_a_disk_full_says_so(
    bench: Command, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DatabaseError("The SQLite database x cannot be used: database or disk is full.")

    monkeypatch.setattr(session, "measure", full)
    monkeypatch.setenv("TMPDIR", "/dev")
    done = bench("run")
    assert done.code == 2
    assert "database or disk is full.\nThe room on each disk" in done.err
    assert f"FAIRGROUND_RESULTS  {workspace.results} (runs)" in done.err
    assert "TMPDIR              /dev (temporary files)" in done.err
