"""The command line: what it prints, with which code it ends, and that nothing a user can do ends in a traceback."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.analysis import derive
from bench.contract.operations import GROUPS, left_out
from bench.contract.violation import Violation
from bench.errors import BenchError, Busy, DatabaseError
from bench.measure import session, verification
from bench.measure.profiles import PROFILES
from bench.measure.wishes import Wishes
from bench.report import files
from bench.store import archive, results, storage
from bench.suts import checkouts, discovery, environments, manifest, packages
from bench.workspace import ROOT, Workspace
from tests import builders
from tests.commands import Command, Done, sentence
from tests.here import EVERY, HERE

COMMANDS = (
    *(
        "list",
        "setup",
        "serve",
        "verify",
        "run",
        "micro",
        "calibrate",
        "report",
        "compare",
        "combine",
        "export",
        "site",
    ),
)
APPS = tuple(map(discovery.called, EVERY))


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No files are drawn, which takes a while."""
    monkeypatch.setattr(files, "write", lambda *_: None)


@pytest.fixture
def stored(workspace: Workspace) -> Path:
    """A folder of results with a run in it."""
    folder = workspace.results
    run = builders.run([builders.sut("wsgi"), builders.sut("flask")], builders.steady({"wsgi": 2000, "flask": 1000}))
    run = derive.derive(replace(run, run=replace(run.run, status="complete")), lambda *_: None)
    storage.save(run, folder / run.run.id)
    archive.point_latest(folder / run.run.id)
    return folder


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_has_help(bench: Command, command: tuple[str, ...], flag: str) -> None:
    done = bench(*command, flag)
    assert done.code == 0
    assert done.out.startswith(f"Usage: {' '.join(['python -m bench', *command])}")
    assert done.err == ""
    assert all(len(line) <= 100 for line in done.out.splitlines())


def test_help_lists_every_command_with_a_whole_sentence(bench: Command) -> None:
    text = bench("--help").out
    for name in COMMANDS:
        (line,) = [line for line in text.splitlines() if line.split()[:1] == [name]]
        assert len(line.split()) > 3
        assert not line.endswith("...")


def test_no_command_is_answered_with_the_help(bench: Command) -> None:
    done = bench()
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: python -m bench [OPTIONS] COMMAND")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("run", "--nonsense"), "No such option '--nonsense'"),
        (("--nonsense",), "No such option '--nonsense'"),
        (("run", "--profile", "nope"), "'nope' is not one of 'quick', 'matrix', 'micro', 'full', 'ci', 'smoke'"),
        (("run", "--rounds", "0"), "0 is not in the range"),
        (("run", "--rounds", "many"), "'many' is not a valid integer"),
        (("run", "--server", "nope"), "'nope' is not one of 'common', 'native', 'both'"),
        (("run", "--seed", "-1"), "-1 is not in the range"),
        (("run", "surplus"), "unexpected extra argument"),
        (("run", "--apps"), "requires an argument"),
        (("serve",), "Missing argument 'APP'"),
        (("serve", "nope"), f"There is no app called 'nope'; there are: {', '.join(APPS)}"),
        (("serve", "flask", "--port", "65536"), "65536 is not in the range"),
        (("serve", "flask", "--port", "http"), "'http' is not a valid integer"),
        (("serve", "flask", "--server", "apache"), "'apache' is not one of 'granian', 'gunicorn'"),
        (("setup", "nope"), "There is no app called 'nope'"),
        (("export", "--format", "nope"), "'nope' is not one of 'github-action-benchmark', 'bencher'"),
        (("verify",), "Name what to verify: one or more apps or groups, or --all, or --url URL"),
        (("verify", "flask", "--all"), "Name what to verify"),
        (("verify", "--all", "--url", "http://localhost"), "Name what to verify"),
        (("verify", "--url", ""), "Name what to verify"),
        (("verify", "nope"), "There is no app called 'nope'"),
        (("verify", "--url", "ftp://localhost"), "'ftp://localhost' is no URL of a server"),
        (("verify", "--url", "http://127.0.0.1:1"), "cannot be reached"),
        (("verify", "--url", "http://127.0.0.1:1", "--clause", "nope"), "The contract has no clause nope"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(bench: Command, arguments: tuple[str, ...], expected: str) -> None:
    assert expected in sentence(bench(*arguments))


@pytest.mark.parametrize("name", ["nope", "", "/nowhere", "\x1b[31mred"])
def test_a_run_that_is_not_there_is_told(bench: Command, stored: Path, name: str) -> None:
    said = sentence(bench("report", name))
    assert "There is no run" in said
    assert "\x1b" not in said


def test_no_runs_at_all_are_told_with_the_way_out(bench: Command, stored: Path) -> None:
    for path in sorted(stored.rglob("*"), reverse=True):
        path.unlink() if path.is_symlink() or not path.is_dir() else path.rmdir()
    assert "There is no run in" in (said := sentence(bench("report")))
    assert "`make bench` makes one" in said


def test_a_run_is_reported_again(bench: Command, stored: Path) -> None:
    done = bench("report")
    assert (done.code, done.err) == (0, "")
    assert "Flask 1.0" in done.out
    (folder,) = [file for file in stored.iterdir() if not file.is_symlink()]
    assert done.out.rstrip().endswith(f"The report is {folder / 'report.html'}")
    assert {file.name for file in folder.iterdir()} == {
        "run.json",
        "report.html",
        "report.md",
        "summary.csv",
        "chart.svg",
    }
    for path in folder.glob("report.*"):
        assert "Fairground: 1 web framework, one application" in path.read_text("utf-8")


def test_a_run_is_named_by_its_id_its_folder_or_as_the_latest(bench: Command, stored: Path, undrawn: None) -> None:
    folder = archive.latest(stored)
    said = {bench(*arguments).out for arguments in (("report",), ("report", folder.name), ("report", str(folder)))}
    assert len(said) == 1


def test_the_reader_chooses_the_baseline(bench: Command, stored: Path, undrawn: None) -> None:
    assert "2.00x" in bench("report", "--baseline", "flask").out
    assert "0.500x" in bench("report", "--baseline", "wsgi").out
    said = sentence(bench("report", "--baseline", "nope"))
    assert "The baseline 'nope' is not among what was measured: wsgi, flask" in said


def test_a_log_is_not_broken_at_the_edge_of_a_screen(bench: Command, stored: Path, undrawn: None) -> None:
    long = [line for line in bench("report").out.splitlines() if line.startswith("✓ Contract")]
    assert long == ["✓ Contract: every app met every clause before it was measured; 90 answers were checked under load"]


def test_a_run_is_exported_to_a_pipe_or_a_file(bench: Command, stored: Path, tmp_path: Path) -> None:
    done = bench("export", "--format", "bencher")
    assert (done.code, done.err) == (0, "")
    assert set(json.loads(done.out)) == {"flask/closed-workloads", "flask/read-item", "wsgi/read-item"}
    path = tmp_path / "bencher.json"
    assert bench("export", "latest", "--format", "bencher", "--output", str(path)) == Done(0, "", "")
    assert path.read_text("utf-8") == done.out


def test_an_export_that_cannot_be_done_is_told(bench: Command, stored: Path, tmp_path: Path) -> None:
    assert "There is no run" in sentence(bench("export", "nope", "--format", "bencher"))
    nowhere = str(tmp_path / "nope" / "bencher.json")
    assert "No such file or directory" in sentence(bench("export", "--format", "bencher", "--output", nowhere))
    folder = archive.latest(stored)
    storage.save(replace(storage.load(folder), measurements=()), folder)
    assert "no CPU per request to export" in sentence(bench("export", "--format", "bencher"))


def test_everything_is_listed_for_people(bench: Command) -> None:
    done = bench("list")
    assert (done.code, done.err) == (0, "")
    for name in (*APPS, "read-item", "crud-mix", *PROFILES, "granian", "rocket"):
        assert f"\n  {name} " in done.out or f"\n  {name}\n" in done.out
    assert "one short round, to see that everything works; its figures mean nothing\n" in done.out
    assert "Flask, SQLAlchemy Core; WSGI on granian and gunicorn; sqlite" in done.out
    assert "; keeps core and hardening\n" in done.out
    assert "; keeps core, hardening, validation, template, large-body, upstream and stream\n" in done.out
    assert "\n  validation       a nested document that is validated and not stored\n" in done.out
    assert "without check-order" not in done.out
    assert "  granian          WSGI and ASGI; the common one\n" in done.out
    rows = [line.strip() for line in done.out.splitlines()]
    (orm,) = [place for place, row in enumerate(rows) if row.startswith("flask:orm ")]
    tried = "without postgresql and mysql: Variants are held against the contract on SQLite alone."
    assert rows[orm + 1] == tried
    (rocket,) = [place for place, row in enumerate(rows) if row.startswith("rocket ")]
    assert rows[rocket + 1].startswith("without framing: Of two Content-Lengths the server takes the last")
    assert rows[rocket + 2] == "answers no more than 64 connections at once"


def test_what_an_app_lacks_without_a_reason_is_listed_all_the_same(bench: Command, tmp_path: Path) -> None:
    shutil.copytree(HERE.apps / "asgi_app", tmp_path / "new_app")
    manifest_ = tmp_path / "new_app" / "app.toml"
    text = manifest_.read_text("utf-8").replace('"sqlite", "postgresql", "mysql"', '"sqlite", "mysql"')
    manifest_.write_text(text.replace('groups = ["validation", "template", ', "groups = ["), "utf-8")
    here = replace(HERE, apps=tmp_path)
    lacking = "without postgresql, validation and template: its manifest does not say why.\n"
    assert lacking in bench("list", within=here).out
    (app,) = json.loads(bench("list", "--json", within=here).out)["apps"]
    assert list(app["lacking"]) == ["postgresql", "validation", "template"]


def test_everything_is_listed_for_machines(bench: Command) -> None:
    done = bench("list", "--json")
    document = json.loads(done.out)
    assert tuple(f"{app['name']}:{app['variant']}".rstrip(":") for app in document["apps"]) == APPS
    (flask,) = [app for app in document["apps"] if (app["name"], app["variant"]) == ("flask", "")]
    assert {"folder": "apps/flask_app", "label": "Flask", "native_server": "gunicorn"}.items() <= flask.items()
    assert {profile["name"] for profile in document["profiles"]} == set(PROFILES)
    assert "plaintext" in [workload["id"] for workload in document["workloads"]]
    assert {"id": "browse", "title": "A page of twenty rows, from a template", "group": "core"} in document[
        "operations"
    ]
    assert [(group["id"], group["required"]) for group in document["groups"]] == [
        (group.id, group.required) for group in GROUPS
    ]
    assert document["servers"][0] == "granian"
    assert document["databases"] == ["sqlite", "postgresql", "mysql"]
    assert str(ROOT) not in done.out, "no path of this machine"


def test_a_broken_manifest_stops_whoever_names_it_and_nobody_else(bench: Command, tmp_path: Path) -> None:
    folder = tmp_path / "broken_app"
    folder.mkdir()
    (folder / "app.toml").write_text("label = ")
    (tmp_path / "wsgi_app").symlink_to(HERE.apps / "wsgi_app")
    here = replace(HERE, apps=tmp_path)
    for command in (
        ("run", "--apps", "wsgi,broken"),
        ("verify", "broken_app"),
        ("serve", "broken"),
        ("setup", "broken"),
    ):
        assert "broken_app/app.toml cannot be read" in sentence(bench(*command, within=here))
    listed = bench("list", within=here)
    assert listed.code == 1
    assert listed.err.startswith("Left out: ")
    assert "broken_app/app.toml cannot be read" in listed.err
    assert "\n  wsgi " in listed.out


def test_an_app_without_pins_gets_them_and_no_others_move(
    bench: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []
    monkeypatch.setattr(environments, "_uv", lambda whose, *_, **__: compiled.append(whose))
    for name in ("new_app", "old_app"):
        shutil.copytree(HERE.apps / "wsgi_app", tmp_path / name)
    (tmp_path / "new_app" / "requirements.txt").unlink()
    here = replace(HERE, apps=tmp_path)
    assert bench("lock", "new", within=here).out == "Compiled the lock of new.\n"
    assert compiled == ["new"]
    assert "`python -m bench lock new` compiles it" in bench("list", within=here).err
    assert bench("lock", within=here).code == 0
    assert compiled[1:] == ["the servers", "the crawler", "new", "old"]


def raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code", "expected"),
    [
        (Busy("Another run is measuring on this machine (process 1)."), 2, "Another run is measuring"),
        (OSError(28, "No space left on device", "/x/y"), 2, "[Errno 28] No space left on device: '/x/y'."),
        (DatabaseError("The SQLite database x cannot be used: database or disk is full."), 2, "disk is full."),
        (KeyboardInterrupt(), 130, "Stopped."),
        (BenchError("A log:\n\x1b[2J"), 2, "A log:"),
    ],
)
def test_whatever_ends_a_run_is_told_in_a_sentence(
    bench: Command, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, expected: str
) -> None:
    monkeypatch.setattr(session, "measure", raising(error))
    done = bench("run")
    assert done.code == code
    assert expected in done.err
    assert "\x1b" not in done.err
    assert done.out == ""


def test_a_bug_is_not_dressed_up(monkeypatch: pytest.MonkeyPatch, bench: Command) -> None:
    monkeypatch.setattr(session, "measure", raising(ZeroDivisionError()))
    done = bench("run")
    assert (done.code, "Traceback" in done.err, "ZeroDivisionError" in done.err) == (70, True, True)


@pytest.fixture
def measured(stored: Path, undrawn: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session that is over at once; what it was asked for, and what comes of it."""
    answers: dict[str, Any] = {"failures": ()}

    def measure(wishes: Wishes, command: str, *_: object) -> tuple[results.Run, Path]:
        answers.update(wishes=wishes, command=command)
        folder = archive.latest(stored)
        return replace(storage.load(folder), failures=answers["failures"]), folder

    monkeypatch.setattr(session, "measure", measure)
    return answers


def test_flags_become_wishes(bench: Command, measured: dict[str, Any]) -> None:
    flags = "--profile ci --apps a,b --workloads c --server both --rounds 3 --seed 4 --baseline a --resume latest"
    assert bench("run", *flags.split()).code == 0
    assert measured["wishes"] == Wishes("ci", "a,b", "c", "both", 3, 4, "a", "latest")
    assert bench("run").code == 0
    assert measured["wishes"] == Wishes()
    assert bench("micro", "--instructions").code == 0
    assert measured["wishes"] == Wishes("micro", instructions=True)


def test_the_command_is_kept_as_it_was_typed(
    bench: Command, measured: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/some/where/bench/__main__.py", "run", "--apps", "a b"])
    bench("run")
    assert measured["command"] == "python -m bench run --apps 'a b'"


def test_a_run_ends_with_its_report_and_1_if_something_failed(bench: Command, measured: dict[str, Any]) -> None:
    done = bench("run")
    assert done.code == 0
    assert "Flask 1.0" in done.out
    measured["failures"] = (builders.failure("flask"),)
    assert bench("run").code == 1


def test_a_run_for_machines_prints_what_is_stored(bench: Command, measured: dict[str, Any], stored: Path) -> None:
    assert bench("run", "--json").out == (archive.latest(stored) / "run.json").read_text("utf-8")


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[Violation]:
    """Violations that every app is found to have."""
    violations: list[Violation] = []

    def verify(
        suts: Any, workspace: Workspace, progress: Callable[..., None], **options: Any
    ) -> dict[str, list[Violation]]:
        for sut in suts:
            progress(sut, violations)
        return {sut.id: violations for sut in suts}

    monkeypatch.setattr(verification, "verify_suts", verify)
    monkeypatch.setattr(environments, "ensure", lambda app, state: app.name == "django")
    monkeypatch.setattr(packages, "check", lambda app, environment: None)
    monkeypatch.setattr(environments, "ensure_crawler", lambda state: True)
    return violations


def test_apps_that_keep_the_contract_are_told_so(bench: Command, verified: list[Violation]) -> None:
    done = bench("verify", "flask", "django_app")
    assert done.code == 0
    assert done.out == "✓ flask keeps the contract\n✓ django keeps the contract\n"
    assert done.err == "Made the environment of django.\n"
    everything = bench("verify", "--all")
    assert everything.out.count("✓") == sum(not checkouts.why_absent(app) for app in EVERY)
    assert "Made the environment of the crawler." in everything.err
    assert "crawler" not in bench("verify", "--all", "--no-crawl").err


def test_violations_are_blocks_that_people_can_read(bench: Command, verified: list[Violation]) -> None:
    verified.append(Violation("escaping", "GET /catalog\nthen GET /catalog/1", "&lt;b&gt;", "<b>\x1b[2J\x07"))
    done = bench("verify", "flask")
    assert done.code == 1
    assert done.out == (
        "escaping: 1 violation\n"
        "  request   GET /catalog\n"
        "            then GET /catalog/1\n"
        "  expected  &lt;b&gt;\n"
        "  got       <b> [2J \n"
        "\n"
        "✗ flask: 1 violation\n"
    )


def test_violations_for_machines(bench: Command, verified: list[Violation]) -> None:
    verified.append(Violation("json", "GET /json", "a", "b"))
    done = bench("verify", "flask", "wsgi", "--json")
    assert done.code == 1
    asked = {"clause": "json", "request": "GET /json", "expected": "a", "got": "b", "group": "core"}
    one = asked | {"curl": "", "log": "", "seen": 1}
    assert json.loads(done.out) == {"flask": [one], "wsgi": [one]}


def test_clauses_of_hardening_are_reported_apart(bench: Command, verified: list[Violation]) -> None:
    verified.append(Violation("huge-id", "GET /items/99", "404", "500"))
    done = bench("verify", "flask")
    assert done.code == 3
    assert done.out.endswith("\n~ flask keeps the core of the contract; hardening: 1 violation\n")
    machine = bench("verify", "flask", "--json")
    assert machine.code == 3
    assert json.loads(machine.out)["flask"][0]["group"] == "hardening"
    verified.append(Violation("json", "GET /json", "a", "b"))
    assert bench("verify", "flask").code == 1


def test_what_a_manifest_excepts_is_said(
    bench: Command, verified: list[Violation], monkeypatch: pytest.MonkeyPatch
) -> None:
    excepted = {"huge-id": "a driver", "browse": "no templates"}
    flask = replace(manifest.load(HERE.apps / "flask_app"), unsupported=excepted)
    monkeypatch.setattr(discovery, "discover", lambda folder, *_, **__: (flask,))
    done = bench("verify", "flask")
    assert done.out == ("✓ flask keeps the contract but for what is declared\n  not checked: huge-id (a driver)\n")


def test_a_clause_of_a_group_that_an_app_does_not_offer_is_said_not_to_be_checked(
    bench: Command, verified: list[Violation], monkeypatch: pytest.MonkeyPatch
) -> None:
    flask = replace(manifest.load(HERE.apps / "flask_app"), groups=(), unsupported=left_out(()))
    monkeypatch.setattr(discovery, "discover", lambda folder, *_, **__: (flask,))
    assert bench("verify", "flask").out == "✓ flask keeps the contract\n"
    assert bench("verify", "flask", "--clause", "check-order").out == (
        "✓ flask keeps the contract but for what is declared\n"
        "  not checked: check-order (flask does not offer the group validation)\n"
    )
    verified.append(Violation("order-refused", "POST /orders/check", "422", "200"))
    assert bench("verify", "flask").code == 1


def in_a_process(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "bench", *arguments],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options,
    )


@pytest.mark.parametrize("arguments", [("list",), ("list", "--json"), ("--help",)])
def test_a_reader_who_has_had_enough_gets_no_verdict(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = in_a_process(*arguments, stdout=writing, cwd=ROOT)
    os.close(writing)
    assert (process.communicate()[1], process.returncode) == ("", 141)


def test_commands_work_from_anywhere(tmp_path: Path) -> None:
    with in_a_process("list", cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}) as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    assert "\n  flask " in out


def test_help_and_lists_are_quick_because_nothing_that_measures_is_imported() -> None:
    heavy = {"numpy", "scipy", "locust", "gevent", "hypothesis"}
    code = f"import sys, bench.cli; print({heavy!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
