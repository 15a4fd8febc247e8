"""Runs as users make them, on real servers: what comes out, and what a server that dies in one does to it."""

import csv
import http.client
import http.server
import json
import re
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bench.contract.operations import OPERATIONS
from bench.model import is_floor
from bench.suts import checkouts, discovery
from bench.suts.groups import DEFAULT
from bench.workspace import ROOT
from tests.commands import WITHIN_S, Commands, read_until, until
from tests.here import EVERY

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("installed")]


def test_a_run_over_all_apps_is_complete_and_reported(commands: Commands) -> None:
    apps = [app for app in discovery.select(EVERY, (DEFAULT,)) if not checkouts.why_absent(app)]
    done = commands.run("run", "--profile", "smoke")
    assert done.returncode == 0, done.stderr
    verifying, *rounds = done.stderr.splitlines()
    assert verifying == f"Verifying {len(apps)} apps against the contract ..."
    assert len(rounds) == 2, f"one line a round, and none of a clause that is broken: {done.stderr}"
    assert rounds[0].startswith("Round 1 of 1; about ")
    assert rounds[1].startswith("In process, round 1 of 1; about ")
    run, folder = commands.stored()
    assert (run.run.status, run.run.command) == ("complete", "python -m bench run --profile smoke")
    assert run.failures == ()
    measured = {(cell.sut, cell.workload) for cell in run.rounds[0].sound_cells()}
    suts = {app.name for app in apps} | {"twin"}
    assert measured == {(sut, workload) for sut in suts for workload in ("read-item", "crud-mix", "read-item-open")}
    assert {check.status for check in run.checks if check.id in ("contract", "errors")} == {"pass"}
    for sut in run.suts:
        assert sut.versions["granian"]
        assert len(sut.statements) == len(OPERATIONS), "what it sends to SQLite was seen"
        assert is_floor(sut.key.app) or sut.label.split()[-1][0].isdigit()
    schema: dict[str, Any] = json.loads((ROOT / "bench" / "store" / "run.schema.json").read_text("utf-8"))
    text = (folder / "run.json").read_text("utf-8")
    jsonschema.validate(json.loads(text), schema)
    for personal in (socket.gethostname(), str(Path.home()), str(ROOT), str(commands.folder)):
        assert personal not in text
    # A chart is drawn only where the ranking is not withheld, which so short a run cannot promise.
    kept = {"run.json", "report.html", "report.md", "summary.csv", "raw", "generator.log", "micro"}
    assert {path.name for path in folder.iterdir()} - {"chart.svg"} == kept
    assert "Fairground: 4 web frameworks" in (folder / "report.md").read_text("utf-8")
    rows = csv.DictReader((folder / "summary.csv").read_text("utf-8").splitlines())
    assert {row["sut"] for row in rows} == suts - {"twin"}
    assert f"The report is {folder / 'report.html'}" in done.stdout
    assert commands.all_gone()
    again = commands.run("report")
    assert (again.returncode, again.stderr) == (0, "")


@pytest.mark.slow  # tests/faults/test_editions.py compares tiny apps; tests/suts/test_editions.py has every other case
def test_an_app_is_measured_beside_an_older_edition_of_itself(commands: Commands) -> None:
    """Of the commit that is checked out, so both are equal; with the servers of that commit, in its environment."""
    summary = commands.folder / "summary.md"
    short = ("--profile", "smoke", "--apps", "wsgi", "--workloads", "json", "--markdown", str(summary))
    done = commands.run("run", "--against", "HEAD", *short)
    assert done.returncode == 0, done.stderr
    run, folder = commands.stored()
    base = subprocess.run(
        ["git", "rev-parse", "--short=7", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert [(sut.id, sut.base_of) for sut in run.suts] == [("wsgi", None), (f"wsgi@{base}", "wsgi")]
    assert {cell.sut for cell in run.rounds[0].sound_cells()} == {"wsgi", f"wsgi@{base}", "twin"}
    assert {"wsgi", f"wsgi@{base}"} < set(run.micro[0].medians_us)
    words = summary.read_text("utf-8")
    assert words.startswith(f"# {base} → the working tree")
    assert "Nothing got slower by more than 5 %" in (folder / "report.md").read_text("utf-8")
    again = commands.run("compare", "--json")
    assert json.loads(again.stdout)["base"] == base
    assert commands.all_gone()


@pytest.mark.slow
def test_a_server_that_dies_in_mid_run_is_a_failure_and_the_others_are_measured(commands: Commands) -> None:
    """With the servers that people deploy; tests/faults/test_servers.py has tiny ones, which fail in more ways."""
    process = commands.start("run", "--profile", "smoke", "--apps", "wsgi,flask")
    read_until(process, "Round 1 of 1")
    assert until(lambda: len(commands.alive("granian")) >= 6, 15), "two servers and a twin, each with a worker"
    (generator,) = commands.alive("bench.load")
    started = generator.cpu_times().user
    assert until(lambda: generator.cpu_times().user > started + 0.3, 15), "the load has begun"
    for server in commands.alive("environments/flask/"):
        server.kill()
    out, err = process.communicate(timeout=WITHIN_S)
    assert process.returncode == 1, err
    assert "Traceback" not in err
    run, _ = commands.stored()
    assert run.run.status == "complete"
    assert {failure.sut for failure in run.failures} & {"flask", "twin"}
    assert any("died with signal SIGKILL" in failure.reason for failure in run.failures), run.failures
    assert "SIGKILL" in out
    measured = {(cell.sut, cell.workload) for cell in run.rounds[0].sound_cells()}
    assert {workload for sut, workload in measured if sut == "wsgi"} == {"read-item", "crud-mix", "read-item-open"}
    assert {check.id for check in run.checks if check.status == "fail"} >= {"errors"}
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


SHORT = ("--profile", "smoke", "--apps", "wsgi", "--workloads", "read-item")


@pytest.mark.slow
def test_a_run_through_two_generators_is_like_any_other_and_says_so(commands: Commands) -> None:
    done = commands.run("run", *SHORT, "--generators", "2")
    assert done.returncode == 0, done.stderr
    run, folder = commands.stored()
    assert run.failures == ()
    assert {cell.workload for cell in run.rounds[0].sound_cells()} == {"read-item", "read-item-open"}
    assert {cell.generators for cell in run.rounds[0].cells} == {run.plan.generators} == {2}
    (check,) = (check for check in run.checks if check.id == "generators")
    assert check.detail == "each cell was loaded by 2 generators"
    assert "2 processes" in (folder / "report.md").read_text("utf-8")
    assert commands.all_gone()


@pytest.mark.slow
def test_load_comes_from_generators_that_join_and_these_end_with_the_run(commands: Commands) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = f"127.0.0.1:{listener.getsockname()[1]}"
    joining = commands.start("generator", "--join", place, "--generators", "2")
    done = commands.run("run", *SHORT, "--generators", "2", "--listen", place)
    assert done.returncode == 0, done.stderr
    assert f"start each with `python -m bench generator --join {place}`" in " ".join(done.stderr.split())
    _, said = joining.communicate(timeout=WITHIN_S)
    assert joining.returncode == 0, said
    assert [line.split()[0] for line in said.splitlines()] == ["Waiting", "2", "The"]
    run, _ = commands.stored()
    assert (run.failures, run.plan.generators, run.plan.generators_join) == ((), 2, True)
    assert run.environment.pinning.endswith("generators on other machines")
    assert commands.all_gone()


def looks(process: "subprocess.Popen[str]", place: str) -> Iterator[dict[str, Any]]:
    """What Locust's page shows, again and again until a command ends."""
    while process.poll() is None:
        time.sleep(0.1)
        look = None
        with (
            suppress(OSError, http.client.HTTPException),
            urllib.request.urlopen(f"http://{place}/stats/requests", timeout=20) as answer,
        ):
            look = json.load(answer)
        if look:
            yield look


@pytest.mark.slow  # tests/load/test_page.py has the page alone
def test_locusts_own_page_shows_a_run_while_it_measures(commands: Commands) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = f"127.0.0.1:{listener.getsockname()[1]}"
    process = commands.start("run", *SHORT, "--rounds", "3", "--web", place)
    seen = list(looks(process, place))
    code, said = commands.ended(process)
    assert code == 0, said
    assert f"Locust's page shows the load at http://{place} while this measures." in " ".join(said.split())
    assert {look["state"] for look in seen} == {"running"}
    counts = [look["stats"][-1]["num_requests"] for look in seen]
    assert counts == sorted(counts)
    assert len(set(counts)) >= 3, "it grows while the run goes on"
    *rows, _ = seen[-1]["stats"]
    suts, workloads = {"wsgi", "twin"}, {"read-item", "read-item-open"}
    assert {(row["name"], row["method"]) for row in rows} == {(sut, one) for sut in suts for one in workloads}
    run, _ = commands.stored()
    assert run.failures == ()
    cells = [cell for done in run.rounds for cell in done.cells]
    assert counts[-1] <= sum(cell.requests for cell in cells)
    for row in rows:
        rates = [one.requests / one.busy_s for one in cells if (one.sut, one.workload) == (row["name"], row["method"])]
        assert any(row["current_rps"] == pytest.approx(rps) for rps in rates), "the rates are those of the report"
    assert "--web ADDRESS:PORT" in run.run.command
    assert commands.all_gone()
