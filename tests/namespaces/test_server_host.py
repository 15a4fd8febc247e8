"""A run whose servers are on a machine that ssh reaches: from an empty folder there to a report here, over a cable, and
broken off.
"""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bench.host import local, ssh
from bench.host.checkout import Checkout
from bench.host.protocol import LOOPBACK
from bench.measure.two_machines import ONE_MACHINE
from bench.store import archive, storage
from bench.workspace import ROOT
from tests.commands import Command, Commands, sentence, until
from tests.namespaces import box, hosts
from tests.namespaces.box import Box
from tests.namespaces.hosts import FAR_ADDRESS

pytestmark = pytest.mark.namespaces

RUN = ("run", "--profile", "smoke", "--apps", "wsgi", "--workloads", "json")
FIRST_ROUND_WITHIN_S = 150.0


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Box:
    """The first test copies the suite there, and the others find it."""
    return box.new(tmp_path_factory.mktemp("box"))


@pytest.fixture
def loopback(machine: Box, tmp_path: Path) -> Iterator[str]:
    with local.host() as host:
        port = host.free_port()
    with machine.up(tmp_path, LOOPBACK, port) as program:
        yield program


def rounds(commands: Commands) -> int:
    """The rounds that are stored so far."""
    return len(storage.load(archive.latest(commands.results)).rounds) if archive.every(commands.results) else 0


def agents(commands: Commands) -> list[psutil.Process]:
    return commands.alive("-m bench agent")


def test_a_machine_with_nothing_on_it_serves_a_run_and_ends_with_it(
    loopback: str, machine: Box, commands: Commands
) -> None:
    done = commands.run(*RUN, "--server-host", "box", **{ssh.PROGRAM: loopback})
    assert done.returncode == 0, done.stderr
    assert "Copying the suite to box (" in done.stderr
    assert "Setting the suite up on box." in done.stderr
    assert "Servers are on the machine of the agent at box: a round trip takes" in done.stderr
    run, _ = commands.stored()
    assert (run.run.status, run.failures) == ("complete", ())
    assert all(cell.cpu_ns > 0 for round_ in run.rounds for cell in round_.cells)
    assert run.environment.commit == Checkout(ROOT).head()
    assert run.environment.network is not None
    assert ONE_MACHINE in (run.environment.placement_flaws or ())
    assert run.run.command.endswith("--server-host HOST")
    assert commands.all_gone()
    (copy,) = (machine.folder / "cache" / "fairground").iterdir()
    assert (copy / ".fairground" / "environments" / "wsgi").is_dir(), "it stays for the next run"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stranger", "ssh does not know the key that stranger shows, or knows another: `ssh stranger true`"),
        ("refused", "refused takes none of the keys that ssh offers"),
        ("nowhere", "ssh finds no machine called nowhere: name an address"),
    ],
)
def test_where_ssh_does_not_come_to_a_machine_one_sentence_says_why(
    loopback: str, bench: Command, name: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ssh.PROGRAM, loopback)
    assert sentence(bench(*RUN, "--server-host", name)).startswith(expected)


def test_a_connection_that_breaks_ends_the_run_on_both_sides_and_the_next_one_goes_on(
    machine: Box, tmp_path: Path
) -> None:
    with (
        hosts.two() as laid,
        machine.up(tmp_path, FAR_ADDRESS, 2222, hosts.within(laid.far)) as program,
        Commands(tmp_path, before=hosts.within(laid.near)) as near,
    ):
        there = {ssh.PROGRAM: program}
        process = near.start(*RUN, "--rounds", "2", "--server-host", "box", **there)
        assert until(lambda: rounds(near) >= 1, FIRST_ROUND_WITHIN_S)
        assert agents(near)
        (carrier,) = near.alive("ssh", "-F", "BatchMode=yes")
        carrier.kill()
        code, said = near.ended(process)
        *_, kept, last = said.strip().splitlines()
        assert code == 2
        assert kept.endswith("--server-host HOST")
        assert "gent at box is gone" in last
        assert near.all_gone()
        done = near.run("run", "--resume", "latest", "--server-host", "box", **there)
        assert done.returncode == 0, done.stderr
        run, _ = near.stored()
        assert (run.run.status, len(run.rounds)) == ("complete", 2)
        assert "Copying the suite" not in done.stderr
        assert near.all_gone()
