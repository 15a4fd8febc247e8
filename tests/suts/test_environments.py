"""One environment an app: made once, again when its pins change, and a failure told in a sentence. uv is a fake."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.errors import SetupError
from bench.model import App
from bench.suts import environments
from bench.workspace import ROOT
from tests import builders
from tests.suts.test_complaints import TOO_OLD


class FakeUv:
    """Makes an interpreter where `uv venv` would; `fails` names the subcommand that ends badly."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.fails = ""
        self.says = ""

    def __call__(self, command: list[Any], **_: Any) -> subprocess.CompletedProcess[str]:
        arguments = [str(word) for word in command[1:]]
        self.calls.append(arguments)
        if self.fails and arguments[0] == self.fails:
            return subprocess.CompletedProcess(command, 1, "", self.says)
        if arguments[0] == "venv":
            (Path(arguments[-1]) / "bin").mkdir(parents=True)
            (Path(arguments[-1]) / "bin" / "python").touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    def commands(self) -> list[str]:
        return [call[0] for call in self.calls]


@pytest.fixture
def uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeUv:
    fake = FakeUv()
    monkeypatch.setattr(environments.subprocess, "run", fake)
    monkeypatch.setattr(environments.uv, "configured_index", str)
    monkeypatch.setattr(environments.disks, "starts_programs", lambda place: True)
    monkeypatch.setattr(environments, "_SERVERS", tmp_path / "servers.txt")
    (tmp_path / "servers.txt").write_text("granian==2.0\n")
    return fake


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def app(tmp_path: Path) -> App:
    new_app = builders.app(folder=tmp_path)
    new_app.folder.mkdir()
    (new_app.folder / "requirements.txt").write_text("flask==3.1.3\n")
    return new_app


def test_an_environment_is_made_once(uv: FakeUv, app: App, state: Path) -> None:
    assert environments.ensure(app, state) is True
    assert uv.commands() == ["venv", "pip"]
    assert str(app.folder / "requirements.txt") in uv.calls[1]
    assert str(environments._SERVERS) in uv.calls[1]
    assert environments.ensure(app, state) is False
    assert uv.commands() == ["venv", "pip"]


def test_a_variant_shares_the_environment_unless_it_has_pins_of_its_own(uv: FakeUv, app: App, state: Path) -> None:
    orm = replace(app, variant="orm", variant_of="flask")
    assert environments.folder(orm, state) == environments.folder(app, state)
    lts = replace(orm, variant="lts", requirements="requirements-lts")
    lts.lock.write_text("flask==2.3.3\n")
    assert environments.folder(lts, state).name == "flask-lts"
    assert environments.ensure(app, state)
    assert not environments.ensure(orm, state)
    assert environments.ensure(lts, state)
    assert str(lts.lock) in uv.calls[-1]


@pytest.mark.parametrize("changed", ["app", "servers", "interpreter"])
def test_it_is_made_again_when_its_pins_or_the_interpreter_changed(
    uv: FakeUv, app: App, changed: str, monkeypatch: pytest.MonkeyPatch, state: Path
) -> None:
    environments.ensure(app, state)
    left_over = environments.folder(app, state) / "left-over"
    left_over.touch()
    match changed:
        case "app":
            (app.folder / "requirements.txt").write_text("flask==3.1.4\n")
        case "servers":
            environments._SERVERS.write_text("granian==2.1\n")
        case _:
            monkeypatch.setattr(sys, "version", "3.99.0")
    assert environments.ensure(app, state) is True
    assert not left_over.exists()
    assert environments.ensure(app, state) is False


def test_it_is_made_again_when_the_interpreter_in_it_is_gone(uv: FakeUv, app: App, state: Path) -> None:
    environments.ensure(app, state)
    environments.python(app, state).unlink()
    assert environments.ensure(app, state) is True


def test_one_that_was_half_made_is_made_again(uv: FakeUv, app: App, state: Path) -> None:
    uv.fails = "pip"
    with pytest.raises(SetupError):
        environments.ensure(app, state)
    uv.fails = ""
    assert environments.ensure(app, state) is True


def test_a_conflict_is_told_with_uvs_reason(uv: FakeUv, app: App, state: Path) -> None:
    uv.fails, uv.says = "pip", "  × No solution found\n  ╰─▶ Because you require flask==3 and flask==2\n"
    with pytest.raises(SetupError, match=r"environment of flask could not be made \(uv pip install\)") as caught:
        environments.ensure(app, state)
    assert str(caught.value).endswith("No solution found Because you require flask==3 and flask==2")


def test_a_long_reason_is_cut_and_none_is_said_so(uv: FakeUv, app: App, state: Path) -> None:
    uv.fails, uv.says = "venv", "\n".join(f"line {number}" for number in range(100))
    with pytest.raises(SetupError) as caught:
        environments.ensure(app, state)
    assert "line 99" in str(caught.value)
    assert "line 90" not in str(caught.value)
    uv.says = ""
    with pytest.raises(SetupError, match="no reason given"):
        environments.ensure(app, state)


def test_a_version_for_a_newer_python_is_told_with_the_way_out(
    uv: FakeUv, app: App, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv.fails, uv.says = "pip", TOO_OLD
    monkeypatch.setattr(environments.interpreters, "at_least", {"3.12": ("3.13", Path("/opt/python3.13"))}.get)
    with pytest.raises(
        SetupError,
        match=r"^flask cannot run on Python 3\.11\.7: django==6\.0 needs 3\.12 or newer; add PYTHON=/opt/python3\.13 "
        r"VENV=\.fairground/venv-3\.13 where you call make, and all of it runs on that\.$",
    ):
        environments.ensure(app, state)
    monkeypatch.setattr(environments.interpreters, "at_least", lambda least: None)
    with pytest.raises(SetupError, match=r"or newer; there is none on the PATH or among pyenv's versions\.$"):
        environments.ensure(app, state)


@pytest.mark.parametrize("content", [None, "not executable"])
def test_a_missing_uv_is_told_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, app: App, content: str | None, state: Path
) -> None:
    monkeypatch.setattr(environments.uv, "PROGRAM", tmp_path / "uv")
    if content:
        (tmp_path / "uv").write_text(content)
    with pytest.raises(SetupError, match=r"uv cannot be run .*; run through make, which installs it"):
        environments.ensure(app, state)


def test_locks_are_compiled_beside_their_sources_without_a_path_of_this_machine(uv: FakeUv, app: App) -> None:
    environments.compile_lock(app)
    environments.compile_server_lock()
    for call in uv.calls:
        assert call[:2] == ["pip", "compile"]
        assert not any(word.startswith("/") for word in call)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> App:
    """An app whose environment is the one that the tests run in."""
    monkeypatch.setattr(environments, "python", lambda app, state: Path(sys.executable))
    return builders.app()


def test_versions_are_read_where_the_app_runs_by_any_spelling_of_the_name(here: App, state: Path) -> None:
    versions = environments.versions(here, ("python", "PyTest", "Typing.Extensions"), state)
    assert list(versions) == ["python", "PyTest", "Typing.Extensions"]
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert versions["PyTest"] == pytest.__version__


def test_a_package_that_is_not_there_is_an_error(here: App, state: Path) -> None:
    with pytest.raises(SetupError, match="flaskk is not installed in the environment of flask"):
        environments.versions(here, ("python", "flaskk"), state)


def test_an_environment_that_is_gone_or_broken_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: Path
) -> None:
    monkeypatch.setattr(environments, "python", lambda app, state: tmp_path / "python")
    with pytest.raises(SetupError, match=r"environment of flask is broken .*No such file"):
        environments.versions(builders.app(), ("python",), state)
    (tmp_path / "python").write_text("#!/bin/sh\necho libpython is missing >&2\nexit 1\n")
    (tmp_path / "python").chmod(0o755)
    with pytest.raises(
        SetupError, match=r"is broken; remove .*flask, and the next command makes it again\.\nlibpython is missing"
    ):
        environments.versions(builders.app(), ("python",), state)


def test_what_versions_runs_prints_json() -> None:
    done = subprocess.run([sys.executable, "-c", environments._VERSIONS], capture_output=True, text=True, check=True)
    assert "pytest" in json.loads(done.stdout)


def test_the_crawler_has_an_environment_of_its_own_made_once(uv: FakeUv, state: Path) -> None:
    assert environments.ensure_crawler(state)
    assert environments.crawler_python(state).exists()
    pins = str(ROOT / "bench" / "crawl" / "requirements.txt")
    assert [call[0] for call in uv.calls] == ["venv", "pip"]
    assert pins in uv.calls[1]
    assert not environments.ensure_crawler(state)


def test_a_state_folder_that_no_program_starts_from_is_refused_first(
    uv: FakeUv, app: App, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments.disks, "starts_programs", lambda place: False)
    with pytest.raises(SetupError, match=rf"from {re.escape(str(state))}, .* noexec: let FAIRGROUND_STATE"):
        environments.ensure(app, state)
    assert uv.commands() == []
