"""What can happen to a run: nothing measured is lost, nothing is left running, one sentence says what happened, and
`--resume` goes on to a complete run.
"""

import errno
import os
import shutil
import signal
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.databases import sqlite
from bench.load.client import generator
from bench.measure import rounds, run
from bench.store import archive, raw, storage
from bench.store.results import Run
from bench.workspace import Workspace
from tests.commands import Command, Done
from tests.faults import yard
from tests.faults.conftest import AtRound

pytestmark = pytest.mark.servers

RUN = ("run", "--profile", "tiny", "--seed", "1")


def folder(place: Workspace) -> Path:
    (only,) = [path for path in place.results.iterdir() if path.is_dir() and not path.is_symlink()]
    return only


def stored(place: Workspace) -> Run:
    return storage.load(folder(place))


def ours(word: str) -> list[psutil.Process]:
    """What runs below these tests, of which the command line holds a word."""
    return [process for process in psutil.Process().children(recursive=True) if word in yard.command_line(process)]


Kept = Callable[..., str]


@pytest.fixture
def kept(place: Workspace) -> Kept:
    """What was said of a run that ended in its second round; the first is kept, and can be gone on with."""
    generators = set(ours("bench.load"))

    def kept(done: Done, code: int = 2) -> str:
        assert done.code == code, done
        assert "Traceback" not in done.err
        partial = stored(place)
        assert ([part.number for part in partial.rounds], partial.run.status) == ([1], "partial")
        assert f"1 round kept in {folder(place)}; go on with: python -m bench run --resume {partial.run.id}" in done.err
        assert archive.latest(place.results) == folder(place)
        assert ours("tiny.py") == []
        assert set(ours("bench.load")) == generators, "those of these tests"
        return " ".join(done.err.split())

    return kept


def goes_on(bench: Command, place: Workspace) -> None:
    raw._load.cache_clear()  # another command knows nothing of the times that this one had read
    before = stored(place)
    done = bench("run", "--resume", "latest", within=place)
    assert done.code in (0, 1), done.err
    after = stored(place)
    assert (after.run.status, [part.number for part in after.rounds]) == ("complete", [1, 2])
    assert after.rounds[:1] == before.rounds
    assert after.failures == ()


def test_a_generator_that_is_killed_ends_the_run(
    bench: Command, place: Workspace, kept: Kept, at_round: AtRound, undrawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "generator", generator)  # one of its own
    at_round(2, lambda: max(ours("bench.load"), key=psutil.Process.create_time).kill())
    said = kept(bench(*RUN, within=place))
    assert said.endswith("The load generator died with signal SIGKILL (as where memory runs out).")
    goes_on(bench, place)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_locusts_page_ends_with_a_run_that_is_interrupted_or_fails(
    how: signal.Signals,
    bench: Command,
    place: Workspace,
    kept: Kept,
    at_round: AtRound,
    undrawn: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "generator", generator)  # one of its own
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])

    def end() -> None:
        assert len(ours("bench.load.page")) == 1
        if how == signal.SIGINT:
            os.kill(os.getpid(), signal.SIGINT)
        else:
            max(ours("bench.load"), key=psutil.Process.create_time).kill()

    at_round(2, end)
    kept(bench(*RUN, "--web", port, within=place), 130 if how == signal.SIGINT else 2)
    assert ours("bench.load.page") == []


def test_a_terminal_that_is_closed_keeps_what_was_measured(
    bench: Command, place: Workspace, kept: Kept, at_round: AtRound, undrawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "generator", generator)  # one of its own: nobody hears its last reply
    at_round(2, threading.Timer(0.03, os.kill, (os.getpid(), signal.SIGHUP)).start)
    said = kept(bench(*RUN, within=place), 130)
    assert said.endswith("Stopped.")


def fill(file: Path) -> None:
    """From now on the file is on a disk without room."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.symlink_to("/dev/full")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("run.json.part", "run.json cannot be written: No space left on device."),
        ("raw/002-json.npz", "The load generator stopped: [Errno 28] No space left on device."),
    ],
)
def test_a_full_disk_ends_the_run(
    bench: Command, place: Workspace, kept: Kept, at_round: AtRound, undrawn: None, name: str, said: str
) -> None:
    at_round(2, lambda: fill(folder(place) / name))
    assert said in kept(bench(*RUN, within=place))
    (folder(place) / name).unlink(missing_ok=True)
    goes_on(bench, place)


def test_a_disk_too_full_for_a_database_ends_the_run(
    bench: Command, place: Workspace, kept: Kept, at_round: AtRound, undrawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        at_round(1, lambda: patch.setattr(sqlite.shutil, "copyfile", no_room))
        said = kept(bench(*RUN, within=place))
    assert "cannot be made: No space left on device; FAIRGROUND_STATE names a folder elsewhere." in said
    goes_on(bench, place)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_disk_too_full_for_the_report_loses_no_run(
    bench: Command, place: Workspace, at_round: AtRound, undrawn: None
) -> None:
    at_round(2, lambda: fill(folder(place) / "report.html.part"))
    done = bench(*RUN, within=place)
    run_id = stored(place).run.id
    assert (done.code, stored(place).run.status) == (2, "complete")
    assert "report.html cannot be written: No space left on device." in done.err
    assert f"`python -m bench report {run_id}` draws its report once it can be written." in done.err
    assert bench("report", run_id, within=place).code == 0


def test_results_that_are_deleted_meanwhile_come_back(bench: Command, place: Workspace, at_round: AtRound) -> None:
    at_round(2, lambda: shutil.rmtree(place.results))
    done = bench(*RUN, within=place)
    assert done.code in (0, 1), done.err
    assert (stored(place).run.status, [part.number for part in stored(place).rounds]) == ("complete", [1, 2])
    assert bench("report", within=place).code == 0


def test_a_clock_that_is_set_back_an_hour_changes_nothing(
    bench: Command, place: Workspace, at_round: AtRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Late(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) - timedelta(hours=1)

    def set_back() -> None:
        monkeypatch.setattr(run, "datetime", Late)
        monkeypatch.setattr(rounds, "datetime", Late)

    at_round(1, set_back)
    done = bench(*RUN, within=place)
    assert done.code in (0, 1), done.err
    assert stored(place).run.status == "complete"
    assert 0 < sum(part.wall_s for part in stored(place).rounds) < 60
    assert bench("report", within=place).code == 0
