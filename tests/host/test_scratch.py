"""Folders that are gone afterwards, whatever happens."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.host.scratch import scratch
from bench.workspace import ROOT

_HOLDS = """
import sys, time
from pathlib import Path
from bench.host.scratch import scratch
with scratch(Path(sys.argv[1]) / "run") as own:
    (own / "some.db").touch()
    print(own, flush=True)
    time.sleep(60)
"""


def aged(folder: Path) -> Path:
    """As if it had been made an hour ago."""
    then = folder.stat().st_mtime - 3600
    os.utime(folder, (then, then))
    return folder


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_a_folder_is_nobody_elses_and_gone_afterwards(state: Path) -> None:
    with scratch(state / "verify") as one, scratch(state / "verify") as other:
        assert one != other
        assert one.name.startswith("verify-")
        (one / "some.db").touch()
    assert list(state.iterdir()) == []
    with scratch(state / "run") as gone:
        shutil.rmtree(gone)


def test_what_a_killed_command_left_is_removed_by_the_next_and_nobody_elses(state: Path) -> None:
    command = [sys.executable, "-c", _HOLDS, str(state)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            theirs = aged(Path(process.stdout.readline().strip()))
            with scratch(state / "verify"):
                assert theirs.is_dir(), "it is in use, however old"
        finally:
            process.kill()
    assert (theirs / "some.db").is_file()
    with scratch(state / "verify") as own:
        assert list(state.iterdir()) == [own]


def test_a_young_folder_may_be_about_to_be_locked(state: Path) -> None:
    old, young = state / "run-old", state / "run-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    aged(old)
    with scratch(state / "verify"):
        assert young.is_dir()
        assert not old.exists()
