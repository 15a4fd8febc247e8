"""A command that is ended at any moment, in any way: what it had measured is there, and it can be gone on with."""

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.store import archive, storage
from bench.words import counted
from tests.commands import WITHIN_S, Commands, read_until
from tests.faults import yard

pytestmark = pytest.mark.servers

ROUNDS = 3
LATEST_S = 2.5
"""By then a run is over, or near."""
MANY = 8
"""So many rounds that a run is not over before an interruption reaches it, however late that is sent."""
HOWS = (
    (signal.SIGKILL,),
    (signal.SIGHUP,),
    (signal.SIGTERM,),
    (signal.SIGINT, signal.SIGINT),
)


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Commands]:
    """Commands in a yard with two apps."""
    place = yard.workspace(tmp_path)
    for name in ("one", "other"):
        yard.add(place, name)
    with Commands(tmp_path, "tests.faults.command", str(tmp_path)) as commands:
        yield commands


def test_an_interrupted_run_says_what_it_keeps_and_goes_on(tiny: Commands) -> None:
    process = tiny.start("run", "--profile", "tiny", "--rounds", str(MANY))
    read_until(process, f"Round 2 of {MANY}")
    process.send_signal(signal.SIGINT)
    code, said = tiny.ended(process)
    run, folder = tiny.stored()
    kept = len(run.rounds)
    assert (code, run.run.status) == (130, "partial")
    assert 1 <= kept < MANY
    ahead = f"{counted(kept, 'round')} kept in {folder}; go on with: python -m bench run --resume {run.run.id}\n"
    assert ahead in said
    assert said.rstrip().endswith("Stopped.")
    assert "the run is partial" in (folder / "report.md").read_text("utf-8")
    assert tiny.all_gone()

    other = tiny.run("run", "--resume", "latest", "--seed", "1")
    refused = "--resume goes on with a run as it was planned; leave out --seed.\n"
    assert (other.returncode, other.stderr) == (2, refused)
    done = tiny.run("run", "--resume", "latest")
    assert done.returncode in (0, 1), done.stderr
    assert f"Round {kept + 1} of {MANY}" in done.stderr
    assert f"Round {kept} of {MANY}" not in done.stderr
    again, _ = tiny.stored()
    assert again.rounds[:kept] == run.rounds
    assert (again.run.status, [part.number for part in again.rounds]) == ("complete", list(range(1, MANY + 1)))
    assert tiny.all_gone()


@pytest.mark.parametrize("moments", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_a_run_that_is_ended_again_and_again_is_complete_in_the_end(tiny: Commands, moments: int) -> None:
    rng = random.Random(20261128)
    for number in range(moments):
        how = HOWS[number % len(HOWS)]
        _end(tiny, rng.uniform(0.8, LATEST_S), how)
    while _partial(tiny.results):
        done = tiny.run(*_command(tiny.results))
        assert done.returncode in (0, 1), done.stderr
    for folder in archive.every(tiny.results):
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


def _end(commands: Commands, after_s: float, how: tuple[signal.Signals, ...]) -> None:
    before = _rounds(commands.results)
    process = commands.start(*_command(commands.results))
    time.sleep(after_s)
    for which in how:
        process.send_signal(which)
        time.sleep(0.02)
    _, said = process.communicate(timeout=WITHIN_S)
    assert commands.all_gone(), (how, after_s, commands.alive())
    assert "Traceback" not in said, said
    after = _rounds(commands.results)
    assert all(after.get(run, 0) >= count for run, count in before.items() if count), (before, after)
    begun = "Round " in said or any(count > before.get(run, 0) for run, count in after.items())
    if process.returncode == 130 and begun and _partial(commands.results):
        assert "go on with: python -m bench run --resume" in said or "Nothing had been measured yet" in said, said
