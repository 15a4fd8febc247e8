"""How the environment of the tool makes itself. Nothing is installed: make says what it would do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.here import HERE


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with a space in its name, and an environment that works."""
    folder = tmp_path / "fair ground"
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(HERE.root / name, folder)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for stamp in (".run-ready", ".dev-ready"):
        (folder / ".venv" / stamp).touch()
    return folder


def make(folder: Path, *arguments: str, **environ: str) -> str:
    # The tests themselves often run below make, which would hand its own level, options and variables down.
    ours = ("MAKELEVEL", "MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "ARGS")
    outside = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        ["make", *arguments], cwd=folder, env=outside | environ, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_an_environment_that_works_is_left_alone(checkout: Path) -> None:
    assert make(checkout, "-n", "list").splitlines() == [".venv/bin/python -m bench list"]


@pytest.mark.parametrize(("arguments", "runs"), [([], "1000"), (["ARGS=100"], "100")])
def test_growth_is_that_of_the_history_and_that_of_a_run(checkout: Path, arguments: list[str], runs: str) -> None:
    assert make(checkout, "-n", "growth", *arguments).splitlines() == [
        f".venv/bin/python -m tests.site.growth {runs}",
        ".venv/bin/python -m tests.measure.growth",
    ]


def test_an_environment_whose_interpreter_is_gone_is_made_again(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(checkout / "gone")
    assert "-m venv --clear .venv" in make(checkout, "-n", "list")


def test_an_environment_elsewhere_with_a_blank_in_its_path_is_refused(checkout: Path, tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        make(checkout, "-n", "list", f"VENV={tmp_path}/else where")
    (said,) = caught.value.stderr.splitlines()
    assert "VENV names a folder with a blank in its path, which make cannot handle" in said
    shown = make(checkout, "-n", "list", f"VENV={tmp_path}/elsewhere")
    assert shown.endswith(f"{tmp_path}/elsewhere/bin/python -m bench list\n")


def test_settings_for_other_environments_do_not_reach_ours(checkout: Path) -> None:
    names = ("PIP_TARGET", "PIP_PREFIX", "PYTHONWARNINGS", "PYTHONPATH", "PYTHONUSERBASE")
    with (checkout / "Makefile").open("a") as makefile:
        makefile.write("\nshow:\n\t@env\n")
    shown = make(checkout, "show", **dict.fromkeys(names, "error"), PIP_USER="1").splitlines()
    assert "PIP_USER=0" in shown
    assert not [line for line in shown if line.partition("=")[0] in names]


def test_web2py_is_cloned_once_and_then_named(checkout: Path, tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    (origin / "gluon").mkdir(parents=True)
    (origin / "gluon" / "version.py").touch()
    git = ["git", "-C", str(origin), "-c", "user.name=x", "-c", "user.email=x"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "v3.3.3"]):
        subprocess.run([*git, *words], check=True)
    for _ in range(2):
        make(checkout, "web2py", f"WEB2PY_URL={origin}", WEB2PY_HOME="")
    with (checkout / "Makefile").open("a") as makefile:
        makefile.write("\nshow:\n\t@env\n")
    environ = {name: value for name, value in os.environ.items() if name not in ("MAKELEVEL", "WEB2PY_HOME")}
    shown = subprocess.run(["make", "show"], cwd=checkout, env=environ, capture_output=True, text=True, check=True)
    assert f"WEB2PY_HOME={checkout / '.fairground' / 'web2py'}\n" in shown.stdout
    assert "WEB2PY_HOME=/elsewhere\n" in make(checkout, "show", WEB2PY_HOME="/elsewhere")


def test_where_web2py_cannot_be_cloned_the_other_way_is_said(checkout: Path, tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        make(checkout, "web2py", f"WEB2PY_URL={tmp_path / 'nowhere'}")
    said = caught.value.stderr.splitlines()[0]
    assert said.startswith("web2py cannot be cloned from ")
    assert said.endswith("where a checkout of its release 3.3.3 is, name it: export WEB2PY_HOME=FOLDER")
