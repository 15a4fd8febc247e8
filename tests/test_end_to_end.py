"""The commands as users give them, on real servers: what comes out, and what is left when they end badly."""

import csv
import http.server
import json
import re
import signal
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bench.contract import smoke
from bench.model import App, is_floor
from bench.store import storage
from bench.store.results import Run
from bench.suts import checkouts, discovery
from bench.suts.groups import DEFAULT
from bench.workspace import ROOT
from tests.commands import WITHIN_S, Commands, read_until, until
from tests.here import EVERY

pytestmark = pytest.mark.servers

# Two servers, one workload: a round takes about three seconds, most of it in starting servers.
LONG = ("run", "--profile", "ci", "--apps", "wsgi", "--workloads", "read-item", "--rounds", "3")


@pytest.fixture(autouse=True)
def _ready(installed: dict[str, App]) -> None:
    """Environments are made beforehand: they are not what is tested here."""


def stored(commands: Commands) -> tuple[Run, Path]:
    """The only run in the results."""
    (folder,) = [each for each in commands.results.iterdir() if each.is_dir() and not each.is_symlink()]
    return storage.load(folder), folder


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """The code of a command that ends now, and what it still said."""
    _, err = process.communicate(timeout=WITHIN_S)
    assert "Traceback" not in err
    return process.returncode, err


def test_a_run_over_all_apps_is_complete_and_reported(commands: Commands) -> None:
    apps = [app for app in discovery.select(EVERY, (DEFAULT,)) if not checkouts.why_absent(app)]
    done = commands.run("run", "--profile", "smoke")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[0] == f"Verifying {len(apps)} apps against the contract ..."
    (socket_round, in_process) = done.stderr.splitlines()[1:]
    assert socket_round.startswith("Round 1 of 1; about ")
    assert in_process.startswith("In process, round 1 of 1; about "), "one line a round"
    run, folder = stored(commands)
    assert (run.run.status, run.run.command) == ("complete", "python -m bench run --profile smoke")
    assert run.failures == ()
    measured = {(cell.sut, cell.workload) for cell in run.rounds[0].sound_cells()}
    suts = {app.name for app in apps} | {"twin"}
    assert measured == {(sut, each) for sut in suts for each in ("read-item", "crud-mix", "read-item-open")}
    assert {check.status for check in run.checks if check.id in ("contract", "errors")} == {"pass"}
    for sut in run.suts:
        assert sut.versions["granian"]
        assert is_floor(sut.key.app) or sut.label.split()[-1][0].isdigit()
    schema: dict[str, Any] = json.loads((ROOT / "bench" / "store" / "run.schema.json").read_text("utf-8"))
    text = (folder / "run.json").read_text("utf-8")
    jsonschema.validate(json.loads(text), schema)
    for personal in (socket.gethostname(), str(Path.home()), str(ROOT), str(commands.folder)):
        assert personal not in text
    # A chart is drawn only where the ranking is not withheld, which so short a run cannot promise.
    kept = {"run.json", "report.html", "report.md", "summary.csv", "raw", "generator.log", "micro"}
    assert {each.name for each in folder.iterdir()} - {"chart.svg"} == kept
    assert "Fairground: 4 web frameworks" in (folder / "report.md").read_text("utf-8")
    rows = csv.DictReader((folder / "summary.csv").read_text("utf-8").splitlines())
    assert {row["sut"] for row in rows} == suts - {"twin"}
    assert f"The report is {folder / 'report.html'}" in done.stdout
    assert commands.all_gone()
    again = commands.run("report")
    assert (again.returncode, again.stderr) == (0, "")


def test_an_app_is_measured_beside_an_older_edition_of_itself(commands: Commands) -> None:
    """Of the commit that is checked out, so both are equal; with the servers of that commit, in its environment."""
    summary = commands.folder / "summary.md"
    short = ("--profile", "smoke", "--apps", "wsgi", "--workloads", "json", "--markdown", str(summary))
    done = commands.run("run", "--against", "HEAD", *short)
    assert done.returncode == 0, done.stderr
    run, folder = stored(commands)
    base = subprocess.run(
        ["git", "rev-parse", "--short=7", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert [(sut.id, sut.base_of) for sut in run.suts] == [("wsgi", None), (f"wsgi@{base}", "wsgi")]
    assert {cell.sut for cell in run.rounds[0].sound_cells()} == {"wsgi", f"wsgi@{base}", "twin"}
    assert {"wsgi", f"wsgi@{base}"} < set(run.micro[0].medians_us)
    told = summary.read_text("utf-8")
    assert told.startswith(f"# {base} → the working tree")
    assert "Nothing got slower by more than 5 %" in (folder / "report.md").read_text("utf-8")
    again = commands.run("compare", "--json")
    assert json.loads(again.stdout)["base"] == base
    assert commands.all_gone()


def test_an_interrupted_run_keeps_its_rounds_and_goes_on(commands: Commands) -> None:
    process = commands.start(*LONG)
    read_until(process, "Round 2 of 3")
    assert until(lambda: len(commands.alive("granian")) >= 4, 10), "two servers, each with a worker"
    assert commands.alive("bench.load")
    process.send_signal(signal.SIGINT)
    code, said = ended(process)
    assert code == 130
    run, folder = stored(commands)
    assert (run.run.status, len(run.rounds)) == ("partial", 1)
    assert f"1 round kept in {folder}; go on with: python -m bench run --resume {run.run.id}\n" in said
    assert said.rstrip().endswith("Stopped.")
    assert "the run is partial" in (folder / "report.md").read_text("utf-8")
    assert commands.all_gone()

    other = commands.run("run", "--resume", "latest", "--seed", "1")
    assert (other.returncode, other.stderr) == (
        2,
        "--resume goes on with a run as it was planned; leave out --seed.\n",
    )
    done = commands.run("run", "--resume", "latest")
    assert done.returncode == 0, done.stderr
    assert "Round 2 of 3" in done.stderr
    assert "Round 1 of 3" not in done.stderr
    again, _ = stored(commands)
    assert again.rounds[:1] == run.rounds
    assert (again.run.status, [each.number for each in again.rounds]) == ("complete", [1, 2, 3])
    assert commands.all_gone()


def test_an_interrupted_run_in_process_keeps_its_sessions_and_goes_on(commands: Commands) -> None:
    process = commands.start("micro", "--apps", "wsgi", "--operations", "json,read-item", "--rounds", "3")
    read_until(process, "In process, round 2 of 3")
    process.send_signal(signal.SIGINT)
    code, said = ended(process)
    assert code == 130
    run, folder = stored(commands)
    assert (run.run.status, len(run.micro)) == ("partial", 1)
    assert f"1 round in process kept in {folder}; go on with: python -m bench run --resume {run.run.id}\n" in said
    assert commands.all_gone()
    done = commands.run("run", "--resume", "latest")
    assert done.returncode == 0, done.stderr
    again, _ = stored(commands)
    assert again.micro[:1] == run.micro
    assert (again.run.status, len(again.micro)) == ("complete", 3)
    assert set(again.micro[2].medians_us["wsgi"]) == {"json", "read-item"}, "what was asked for at first"


def test_a_run_that_is_killed_leaves_no_process_and_what_it_had_measured(commands: Commands) -> None:
    process = commands.start(*LONG)
    read_until(process, "Round 2 of 3")
    assert until(lambda: len(commands.alive("granian")) >= 4, 10)
    process.kill()
    assert process.wait(5) == -signal.SIGKILL
    assert commands.all_gone(5), commands.alive()
    run, _ = stored(commands)
    assert (run.run.status, len(run.rounds)) == ("partial", 1)


def test_a_verification_that_is_interrupted_is_over_at_once(commands: Commands) -> None:
    process = commands.start("verify", DEFAULT)
    assert until(lambda: len(commands.alive("granian")) >= 4, 20)
    process.send_signal(signal.SIGTERM)
    assert until(lambda: process.poll() is not None, 4), "nobody waits for the checks under way"
    assert ended(process)[0] == 130
    assert commands.all_gone(2)


def test_a_server_that_dies_in_mid_run_is_a_failure_and_the_others_are_measured(commands: Commands) -> None:
    process = commands.start("run", "--profile", "smoke", "--apps", "wsgi,flask")
    read_until(process, "Round 1 of 1")
    assert until(lambda: len(commands.alive("granian")) >= 6, 15), "two servers and a twin, each with a worker"
    (generator,) = commands.alive("bench.load")
    started = generator.cpu_times().user
    assert until(lambda: generator.cpu_times().user > started + 0.3, 15), "the load has begun"
    for each in commands.alive("environments/flask/"):
        each.kill()
    out, err = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 1, err
    assert "Traceback" not in err
    run, _ = stored(commands)
    assert run.run.status == "complete"
    assert {each.sut for each in run.failures} & {"flask", "twin"}
    assert any("died with signal SIGKILL" in each.reason for each in run.failures), run.failures
    assert "SIGKILL" in out
    measured = {(cell.sut, cell.workload) for cell in run.rounds[0].sound_cells()}
    assert {workload for sut, workload in measured if sut == "wsgi"} == {"read-item", "crud-mix", "read-item-open"}
    assert {check.id for check in run.checks if check.status == "fail"} >= {"errors"}
    assert commands.all_gone()


def test_only_one_run_at_a_time(commands: Commands) -> None:
    first = commands.start(*LONG)
    read_until(first, "Verifying")
    second = commands.run("run", "--profile", "smoke", "--apps", "wsgi")
    assert (second.returncode, second.stdout) == (2, "")
    assert f"Another run is measuring on this machine (process {first.pid}); wait for it" in second.stderr
    assert commands.results.is_dir()
    first.send_signal(signal.SIGTERM)
    assert ended(first)[0] == 130
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
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (-9 if how == signal.SIGKILL else 130, "")
    assert "Traceback" not in err
    assert commands.all_gone()


def test_a_server_that_dies_while_it_is_served_is_told(commands: Commands) -> None:
    process = commands.start("serve", "wsgi", "--port", "0")
    assert process.stdout
    process.stdout.readline()
    for each in commands.alive("granian"):
        each.kill()
    code, said = ended(process)
    assert code == 2
    assert "wsgi on granian died with signal SIGKILL (as where memory runs out)." in said
    assert commands.all_gone()


def test_anybodys_server_is_checked_by_its_url(commands: Commands) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as wrong:
        threading.Thread(target=wrong.serve_forever, daemon=True).start()
        done = commands.run("verify", "--url", f"http://127.0.0.1:{wrong.server_port}", "--clause", "plaintext")
        wrong.shutdown()
    assert (done.returncode, done.stderr) == (1, "")
    assert "list-items: 1 violation\n  request   GET /items?offset=0&limit=100\n" in done.stdout
    assert re.search(r"^plaintext: \d+ violations, of which 1 is shown\n  request   GET /plaintext$", done.stdout, re.M)
    counts = [int(count) for count in re.findall(r"^\S+: (\d+) violation", done.stdout, re.M)]
    last = done.stdout.rstrip().splitlines()[-1]
    assert last == f"✗ http://127.0.0.1:{wrong.server_port}: {sum(counts)} violations"
