"""Load that comes over a network: a generator that is late, one that dies, and a cable that is pulled out between the
generators and the run.
"""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from bench.store import archive, storage
from bench.store.results import Run
from tests.commands import Commands, read_until, until
from tests.faults import yard
from tests.namespaces import hosts
from tests.namespaces.cable import Cable

pytestmark = pytest.mark.namespaces

PLACE = f"{hosts.NEAR_ADDRESS}:5557"
OUTAGE_S = 1.0
INTO_A_ROUND_S = 0.5
OVER = "The run is over, or goes on without this generator."
SILENT = f"The run at {PLACE} fell silent, so this generator ended."


@dataclass(frozen=True)
class Meeting:
    """The near host, which measures its own servers, and the far one, from which load comes."""

    cable: Cable
    near: Commands
    far: Commands

    def start(self, rounds: int, generators: int) -> "subprocess.Popen[str]":
        """A run that waits for its generators."""
        team = ("--generators", str(generators), "--listen", PLACE)
        return self.near.start("run", "--profile", "tiny", "--rounds", str(rounds), *team)

    def stored(self) -> Run:
        return storage.load(archive.latest(self.near.results))

    def rounds(self) -> int:
        """The rounds that are stored so far."""
        return len(self.stored().rounds) if archive.every(self.near.results) else 0

    def into_round(self, number: int) -> Run:
        """Wait until the run is in a slice of this round, most likely; returns what is stored of it."""
        assert until(lambda: self.rounds() >= number - 1)
        time.sleep(INTO_A_ROUND_S)
        return self.stored()


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Meeting]:
    yard.add(yard.workspace(tmp_path), "one")
    with hosts.two() as laid:
        module = ("tests.namespaces.command", str(tmp_path), "4")
        with (
            Commands(tmp_path, *module, before=hosts.within(laid.far)) as far,
            Commands(tmp_path, *module, before=hosts.within(laid.near)) as near,
        ):
            yield Meeting(laid.cable, near, far)


def come(*near_or_far: Commands) -> "list[subprocess.Popen[str]]":
    """Generators that have joined the run, each on its host."""
    coming = [host.start("generator", "--join", PLACE) for host in near_or_far]
    for process in coming:
        read_until(process, f"1 generator joined the run at {PLACE}.")
    return coming


def worker(joined: "subprocess.Popen[str]") -> psutil.Process:
    below = psutil.Process(joined.pid).children(recursive=True)
    (own,) = [process for process in below if "bench.load.worker" in yard.command_line(process)]
    return own


def last_words(host: Commands, process: "subprocess.Popen[str]") -> tuple[int, str]:
    code, said = host.ended(process)
    return code, said.strip().splitlines()[-1]


def loaded(run: Run) -> dict[int, set[tuple[str, int]]]:
    """By round, the SUTs of sound cells, and how many generators loaded each."""
    return {one.number: {(cell.sut, cell.generators) for cell in one.sound_cells()} for one in run.rounds}


def by(generators: int) -> set[tuple[str, int]]:
    return {("one", generators), ("twin", generators)}


def lost_in_round(number: int) -> set[tuple[str, str]]:
    reason = f"round {number}: 1 of 2 load generators was lost while this was measured"
    return {("one", reason), ("twin", reason)}


def test_one_that_is_late_is_waited_for_and_one_that_dies_costs_its_rotation_and_no_more(meeting: Meeting) -> None:
    process = meeting.start(rounds=3, generators=2)
    (dying,) = come(meeting.far)
    time.sleep(1)
    assert (process.poll(), meeting.rounds()) == (None, 0), "it waits for the second"
    (staying,) = come(meeting.far)
    before = meeting.into_round(2)
    worker(dying).kill()
    (coming,) = come(meeting.far)
    code, said = meeting.near.ended(process)
    assert code == 1, said
    run = meeting.stored()
    assert run.run.status == "complete"
    assert loaded(run) == {1: by(2), 2: set(), 3: by(2)}
    assert run.rounds[0] == before.rounds[0]
    assert {(failure.sut, failure.reason) for failure in run.failures} == lost_in_round(2)
    assert last_words(meeting.far, dying) == (2, "A generator died with signal SIGKILL (as where memory runs out).")
    assert last_words(meeting.far, staying) == last_words(meeting.far, coming) == (0, OVER)
    assert meeting.near.all_gone()


def test_a_short_outage_costs_nothing_and_after_a_long_one_the_others_go_on(meeting: Meeting) -> None:
    process = meeting.start(rounds=4, generators=2)
    here, there = come(meeting.near, meeting.far)
    meeting.into_round(2)
    meeting.cable.out = True
    time.sleep(OUTAGE_S)
    meeting.cable.out = False
    meeting.into_round(3)
    meeting.cable.out = True
    assert until(lambda: meeting.rounds() >= 3)
    meeting.cable.out = False
    code, said = meeting.near.ended(process)
    assert code == 1, said
    run = meeting.stored()
    assert run.run.status == "complete"
    assert loaded(run) == {1: by(2), 2: by(2), 3: set(), 4: by(1)}
    assert {(failure.sut, failure.reason) for failure in run.failures} == lost_in_round(3)
    (check,) = [check for check in run.checks if check.id == "generators"]
    assert (check.status, check.detail) == ("warn", "2 of 6 cells were loaded by fewer than 2 generators")
    assert last_words(meeting.near, here) == (0, OVER)
    assert last_words(meeting.far, there) in ((0, OVER), (2, SILENT)), "whichever comes to it first"
    assert meeting.near.all_gone()


def test_where_the_only_generator_is_cut_off_both_sides_end_and_what_was_measured_is_kept(meeting: Meeting) -> None:
    process = meeting.start(rounds=90, generators=1)
    (joined,) = come(meeting.far)
    before = meeting.into_round(2)
    meeting.cable.out = True
    code, said = meeting.near.ended(process)
    *_, kept, last = said.strip().splitlines()
    assert (code, last) == (2, "The load generator stopped: every load generator was lost.")
    assert "1 round kept in" in kept
    assert kept.endswith(f"--resume {before.run.id} --listen ADDRESS:PORT")
    assert last_words(meeting.far, joined) == (2, SILENT)
    run = meeting.stored()
    assert (run.run.status, run.rounds, loaded(run)) == ("partial", before.rounds, {1: by(1)})
    assert meeting.near.all_gone()
