"""Commands that are interrupted or killed, on real servers: what they keep, and that they leave nothing behind."""

import signal

import pytest

from bench.contract import smoke
from bench.suts.groups import DEFAULT
from tests.commands import Commands, read_until, until

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("installed")]

# One server, its twin and one workload: a round takes about three seconds, most of it in starting servers. The second
# is waited for; the others are there so that no kill comes too late.
LONG = ("run", "--profile", "ci", "--apps", "wsgi", "--workloads", "read-item", "--rounds", "4")


@pytest.mark.slow  # what any run keeps, and how it goes on, is tried over tiny servers in tests/faults/test_ends.py
def test_an_interrupted_run_in_process_keeps_its_sessions_and_goes_on(commands: Commands) -> None:
    process = commands.start("micro", "--apps", "wsgi", "--operations", "json,read-item", "--rounds", "2")
    read_until(process, "In process, round 2 of 2")
    process.send_signal(signal.SIGINT)
    code, said = commands.ended(process)
    assert code == 130
    run, folder = commands.stored()
    assert (run.run.status, len(run.micro)) == ("partial", 1)
    assert f"1 round in process kept in {folder}; go on with: python -m bench run --resume {run.run.id}\n" in said
    assert commands.all_gone()
    done = commands.run("run", "--resume", "latest")
    assert done.returncode == 0, done.stderr
    again, _ = commands.stored()
    assert again.micro[:1] == run.micro
    assert (again.run.status, len(again.micro)) == ("complete", 2)
    assert set(again.micro[1].medians_us["wsgi"]) == {"json", "read-item"}, "what was asked for at first"


@pytest.mark.slow  # so is this, at moments of every kind
def test_a_run_that_is_killed_leaves_no_process_and_what_it_had_measured(commands: Commands) -> None:
    """And while it lives, nobody else measures."""
    process = commands.start(*LONG)
    read_until(process, "Verifying")
    second = commands.run("run", "--profile", "smoke", "--apps", "wsgi")
    assert (second.returncode, second.stdout) == (2, "")
    assert f"Another run is measuring on this machine (process {process.pid}); wait for it" in second.stderr
    read_until(process, "Round 2 of 4")
    assert until(lambda: len(commands.alive("granian")) >= 4)
    process.kill()
    assert process.wait(10) == -signal.SIGKILL
    assert commands.all_gone(), commands.alive()
    run, _ = commands.stored()
    assert run.run.status == "partial"
    assert 1 <= len(run.rounds) < 4


def test_a_verification_that_is_interrupted_is_over_at_once(commands: Commands) -> None:
    process = commands.start("verify", DEFAULT)
    assert until(lambda: len(commands.alive("granian")) >= 4)
    process.send_signal(signal.SIGTERM)
    assert until(lambda: process.poll() is not None, 10), "nobody waits for the checks under way"
    assert commands.ended(process)[0] == 130
    assert commands.all_gone()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_app_is_served_until_somebody_ends_it(commands: Commands, how: signal.Signals) -> None:
    process = commands.start("serve", "flask", "--port", "0")
    assert process.stdout
    url = process.stdout.readline().strip()
    smoke.check(url)
    if how == signal.SIGINT:
        taken = commands.run("serve", "wsgi", "--port", url.rpartition(":")[2])
        assert taken.returncode == 2
        assert "cannot be used" in taken.stderr
        assert taken.stderr.count("\n") == 1
    process.send_signal(how)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (-9 if how == signal.SIGKILL else 130, "")
    assert "Traceback" not in err
    assert commands.all_gone()


def test_a_server_that_dies_while_it_is_served_is_told(commands: Commands) -> None:
    process = commands.start("serve", "wsgi", "--port", "0")
    assert process.stdout
    process.stdout.readline()
    for server in commands.alive("granian"):
        server.kill()
    code, said = commands.ended(process)
    assert code == 2
    assert "wsgi on granian died with signal SIGKILL (as where memory runs out)." in said
    assert commands.all_gone()
