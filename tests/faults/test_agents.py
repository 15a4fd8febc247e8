"""Servers on another machine, as far as one machine can stand for two: an agent in a process of its own, and what is
left when one of the sides goes away.
"""

import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bench.measure.reaching import TOKEN
from bench.measure.two_machines import ONE_MACHINE
from bench.store import archive, storage
from bench.workspace import Workspace
from tests.commands import Command, Commands, read_until, sentence, until
from tests.faults import yard
from tests.faults.conftest import AtRound

pytestmark = pytest.mark.servers


@dataclass(frozen=True)
class Running:
    """An agent that listens, and the commands that it is one of."""

    process: "subprocess.Popen[str]"
    commands: Commands
    door: str
    token: str

    def servers(self) -> list[str]:
        return [line for process in self.commands.alive("tiny.py") if (line := yard.command_line(process))]


def start(folder: Path, commands: Commands) -> Running:
    """An agent for the yard in a folder."""
    process = commands.start("agent", "--listen", "127.0.0.1:0")
    assert process.stdout
    door, token = process.stdout.readline().split()
    return Running(process, commands, door, token)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("agents")
    yard.add(yard.workspace(here), "one")
    return here


@pytest.fixture(scope="module")
def commands(folder: Path) -> Iterator[Commands]:
    with Commands(folder, "tests.faults.command", str(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def shared_agent(folder: Path, commands: Commands) -> Running:
    return start(folder, commands)


@pytest.fixture
def near(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Workspace) -> Workspace:
    """The same yard for commands in this process, with results of their own."""
    return replace(yard.workspace(folder), results=tmp_path / "near", lock=tmp_path / "lock")


@pytest.fixture
def agent(shared_agent: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    monkeypatch.setenv(TOKEN, shared_agent.token)
    return shared_agent


def test_a_run_whose_servers_an_agent_starts_is_whole_and_says_so(
    bench: Command, near: Workspace, agent: Running, undrawn: None
) -> None:
    done = bench("run", "--profile", "tiny", "--agent", agent.door, within=near)
    assert done.code == 0, done.err
    assert f"Servers are on the machine of the agent at {agent.door}: a round trip takes" in done.err
    seen = storage.load(archive.latest(near.results))
    assert (seen.run.status, len(seen.rounds), seen.failures) == ("complete", yard.PROFILE.rounds, ())
    assert all(cell.cpu_ns > 0 for round_ in seen.rounds for cell in round_.cells)
    assert {sut for round_ in seen.rounds for sut in round_.start_s} == {"one", "twin"}
    here = seen.environment
    assert here.network is not None
    assert here.generator is not None
    assert here.fingerprint != here.generator.fingerprint, "no run of one machine is compared with it"
    assert ONE_MACHINE in (here.placement_flaws or ())
    assert [check.detail for check in seen.checks if check.id == "network"], "whatever it says of a busy machine"
    assert not agent.servers()


def test_without_its_token_an_agent_does_nothing_and_both_sides_say_so(
    bench: Command, near: Workspace, agent: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    for token, expected in (
        ("wrong", f"The agent at {agent.door} refuses this token"),
        ("", f"let the variable {TOKEN} hold what it printed"),
    ):
        monkeypatch.setenv(TOKEN, token)
        assert expected in sentence(bench("run", "--profile", "tiny", "--agent", agent.door, within=near))
    read_until(agent.process, "Turned away a caller from 127.0.0.1: it has another token.")
    assert not near.results.exists()


def test_an_agent_serves_one_run_at_a_time_and_ends_what_it_did_for_one_that_is_killed(
    bench: Command, near: Workspace, agent: Running
) -> None:
    first = agent.commands.start(
        "run", "--profile", "tiny", "--rounds", "90", "--agent", agent.door, **{TOKEN: agent.token}
    )
    assert until(agent.servers)
    said = sentence(bench("run", "--profile", "tiny", "--agent", agent.door, within=near))
    assert said == "The agent serves another run; wait until that is done."
    first.kill()
    read_until(agent.process, "is over; nothing of it runs here any more.")
    assert not agent.servers()


@pytest.mark.slow
def test_an_agent_that_is_ended_ends_its_servers_with_it(folder: Path, commands: Commands) -> None:
    own = start(folder, commands)
    running = commands.start("run", "--profile", "tiny", "--rounds", "90", "--agent", own.door, **{TOKEN: own.token})
    assert until(own.servers)
    time.sleep(0.3)  # somewhere in a round
    own.process.send_signal(signal.SIGTERM)
    code, said = commands.ended(own.process)
    assert (code, said.splitlines()[-1]) == (130, "Stopped.")
    assert not own.servers()
    code, said = commands.ended(running)
    assert code == 2
    assert f"gent at {own.door} is gone" in said.splitlines()[-1]


def test_an_agent_that_is_killed_ends_the_run_and_what_was_measured_is_kept(
    bench: Command,
    near: Workspace,
    agent: Running,
    at_round: AtRound,
    undrawn: None,
) -> None:
    """The last of those that share an agent."""
    at_round(2, lambda: (agent.process.kill(), agent.process.wait()))
    done = bench("run", "--profile", "tiny", "--agent", agent.door, within=near)
    assert done.code == 2
    *_, kept, last = done.err.strip().splitlines()
    assert "1 round kept in" in kept
    assert kept.endswith(" --agent HOST:PORT")
    assert last == f"The agent at {agent.door} is gone: it ended, or the network between did not come back."
    assert "Traceback" not in done.err
    seen = storage.load(archive.latest(near.results))
    assert (seen.run.status, len(seen.rounds)) == ("partial", 1)
    assert until(lambda: not agent.servers(), 10)
