"""A machine is measured by one run at a time, whoever makes it."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.errors import Busy, SetupError
from bench.host.lock import alone
from bench.workspace import ROOT

HOLD = """
import pathlib, sys
from bench.host.lock import alone
with alone(pathlib.Path(sys.argv[1])):
    print('alone', flush=True)
    input()
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "machine.lock"


@pytest.fixture
def other(lock: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is alone."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, lock], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "alone\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_run_hears_who_is_measuring(other: subprocess.Popen[str], lock: Path) -> None:
    with (
        pytest.raises(Busy, match=rf"Another run is measuring on this machine \(process {other.pid}\)"),
        alone(lock),
    ):
        pass


def test_the_lock_ends_with_its_holder_however_it_died(other: subprocess.Popen[str], lock: Path) -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert lock.read_text() == str(other.pid), "a stale file is left, and does no harm"
    with alone(lock):
        assert lock.read_text() == str(os.getpid())
    with alone(lock):
        pass


def test_a_refused_run_does_not_spoil_the_lock(other: subprocess.Popen[str], lock: Path) -> None:
    for _ in range(2):
        with pytest.raises(Busy, match=str(other.pid)), alone(lock):
            pass
    other.communicate("\n")
    with alone(lock):
        pass


def test_every_user_may_hold_it_whatever_the_mask_of_the_first(lock: Path) -> None:
    before = os.umask(0o077)
    try:
        with alone(lock):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE(lock.stat().st_mode) == 0o666


def test_a_file_that_may_only_be_read_is_held_all_the_same(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock.write_text("1")
    system = os.open

    def of_another_user(path: Path, flags: int, *mode: int) -> int:
        if flags & os.O_CREAT:
            raise FileExistsError
        if flags & os.O_RDWR:
            raise PermissionError
        return system(path, flags, *mode)

    monkeypatch.setattr(os, "open", of_another_user)
    with alone(lock):
        with pytest.raises(Busy), alone(lock):
            pass
        assert lock.read_text() == "1"


def test_what_is_no_file_of_ours_is_neither_followed_nor_waited_for(lock: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("precious")
    lock.symlink_to(kept)
    refused(lock)
    lock.unlink()
    os.mkfifo(lock)
    refused(lock, "not a regular file")
    lock.unlink()
    lock.mkdir()
    refused(lock)
    refused(tmp_path / "missing" / "lock")
    assert kept.read_text() == "precious"


def refused(lock: Path, reason: str = "") -> None:
    with pytest.raises(SetupError, match=rf"{lock}, .*{reason}.*; set FAIRGROUND_LOCK to another file"), alone(lock):
        pass
