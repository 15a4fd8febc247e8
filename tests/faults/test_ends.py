"""A command that is ended at any moment, in any way: what it had measured is there, and it can be gone on with."""

import random
import signal
import time
from pathlib import Path

import pytest

from bench.store import archive, storage
from tests.commands import WITHIN_S, Commands
from tests.faults import yard

pytestmark = pytest.mark.servers

ROUNDS = 3
LATEST_S = 2.5
"""By then a run is over, or near."""
HOWS = (
    (signal.SIGKILL,),
    (signal.SIGHUP,),
    (signal.SIGTERM,),
    (signal.SIGINT, signal.SIGINT),
)


@pytest.mark.parametrize("moments", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_a_run_that_is_ended_again_and_again_is_complete_in_the_end(tmp_path: Path, moments: int) -> None:
    rng = random.Random(20261128)
    place = yard.workspace(tmp_path)
    for name in ("one", "other"):
        yard.add(place, name)
    with Commands(tmp_path, "tests.faults.command", str(tmp_path)) as commands:
        for number in range(moments):
            how = HOWS[number % len(HOWS)]
            _end(commands, place.results, rng.uniform(0.8, LATEST_S), how)
        while _partial(place.results):
            done = commands.run(*_command(place.results))
            assert done.returncode in (0, 1), done.stderr
        for folder in archive.every(place.results):
            run = storage.load(folder)
            assert (run.run.status, [part.number for part in run.rounds]) == ("complete", list(range(1, ROUNDS + 1)))


def _partial(results: Path) -> str:
    """The id of a run that is not complete."""
    runs = [storage.load(folder) for folder in archive.every(results)]
    return next((run.run.id for run in runs if run.run.status == "partial"), "")


def _command(results: Path) -> tuple[str, ...]:
    partial = _partial(results)
    return ("run", "--resume", partial) if partial else ("run", "--profile", "tiny", "--rounds", str(ROUNDS))


def _rounds(results: Path) -> dict[str, int]:
    return {folder.name: len(storage.load(folder).rounds) for folder in archive.every(results)}


def _end(commands: Commands, results: Path, after_s: float, how: tuple[signal.Signals, ...]) -> None:
    before = _rounds(results)
    process = commands.start(*_command(results))
    time.sleep(after_s)
    for which in how:
        process.send_signal(which)
        time.sleep(0.02)
    _, said = process.communicate(timeout=WITHIN_S)
    assert commands.all_gone(), (how, after_s, commands.alive())
    assert "Traceback" not in said, said
    after = _rounds(results)
    assert all(after.get(run, 0) >= count for run, count in before.items() if count), (before, after)
    begun = "Round " in said or any(count > before.get(run, 0) for run, count in after.items())
    if process.returncode == 130 and begun and _partial(results):
        assert "go on with: python -m bench run --resume" in said or "Nothing had been measured yet" in said, said
