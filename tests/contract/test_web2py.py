"""web2py itself, on a real checkout."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bench.identity import COMMON
from bench.measure import verification
from bench.model import App, Sut
from bench.suts import checkouts, environments
from tests.here import EVERY, HERE
from tests.skips import NO_WEB2PY

(WEB2PY,) = (app for app in EVERY if app.name == "web2py")
pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.skipif(bool(checkouts.why_absent(WEB2PY)), reason=NO_WEB2PY),
]


@pytest.fixture(scope="module")
def web2py() -> App:
    environments.ensure(WEB2PY, HERE.state)
    return WEB2PY


def written(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_it_keeps_the_contract_on_both_servers_and_writes_nothing_into_the_checkout(web2py: App) -> None:
    home = Path(checkouts.surroundings(web2py, HERE.work)["WEB2PY_HOME"])
    before = written(home)
    reports = verification.verify_suts([Sut.of(web2py, server) for server in (COMMON, "rocket")], HERE, lambda *_: None)
    assert {name: [str(violation) for violation in violations] for name, violations in reports.items()} == {
        "web2py": [],
        "web2py-rocket": [],
    }
    assert written(home) == before


def test_packages_are_those_of_the_lock_whatever_submodules_the_checkout_has(web2py: App, tmp_path: Path) -> None:
    home = Path(checkouts.surroundings(web2py, tmp_path)["WEB2PY_HOME"])
    shutil.copytree(home / "gluon", tmp_path / "gluon", ignore=shutil.ignore_patterns("packages"))
    (tmp_path / "gluon" / "packages" / "pydal").mkdir(parents=True)
    (tmp_path / "gluon" / "packages" / "pydal" / "pydal.py").write_text("raise RuntimeError")
    loaded = "import web2py_server, pydal; print(pydal.__version__)"
    done = subprocess.run(
        [environments.python(web2py, HERE.state), "-c", loaded],
        env={"WEB2PY_HOME": str(tmp_path), "TMPDIR": str(tmp_path), "DATABASE_URL": "sqlite:////nowhere"},
        cwd=web2py.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() in web2py.lock.read_text(), done.stderr
