"""Where things stand is handed in: by the environment to a command, and to whatever works in it as an argument."""

import re
from pathlib import Path

import pytest

from bench import workspace
from bench.workspace import ROOT
from tests.commands import Commands

_REDIRECTED = re.compile(r"""["'](__defaults__|__kwdefaults__|ROOT|APPS|RESULTS|STATE)["']""")
"""What a test would name to patch a path."""


def test_the_environment_names_folders_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    usual = workspace.from_environment({})
    assert (usual.root, usual.apps) == (ROOT, ROOT / "apps")
    assert (usual.results, usual.state) == (ROOT / "results", ROOT / ".fairground")
    assert usual.lock == Path("/tmp/fairground.lock"), "one for all users, and not where TMPDIR says"
    names = ("FAIRGROUND_RESULTS", "FAIRGROUND_STATE", "FAIRGROUND_LOCK")
    other = workspace.from_environment(dict(zip(names, ("kept", "made", "lock"), strict=True)))
    assert (other.results, other.state, other.lock) == (tmp_path / "kept", tmp_path / "made", tmp_path / "lock")
    assert workspace.from_environment(dict.fromkeys(names, "")) == usual


@pytest.mark.servers
def test_a_command_works_in_the_folders_that_the_environment_names(commands: Commands, tmp_path: Path) -> None:
    state = tmp_path / "state"
    done = commands.run("setup", "wsgi_app", FAIRGROUND_STATE=str(state))
    assert (done.returncode, done.stdout) == (0, "1 environment ready.\n"), done.stderr
    assert (state / "environments" / "wsgi" / "bin" / "python").exists()


def test_no_test_patches_a_path() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        redirected = path != Path(__file__) and _REDIRECTED.search(path.read_text("utf-8"))
        assert not redirected, f"{path} patches {redirected}: hand a Workspace in"
