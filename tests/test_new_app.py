"""A folder that is dropped into a workspace: found, verified, measured and reported, and nothing else is touched."""

import shutil
from pathlib import Path

import pytest

from bench.store import archive, storage
from bench.workspace import Workspace
from tests.commands import Command
from tests.here import HERE

pytestmark = [pytest.mark.servers, pytest.mark.slow]


def test_a_folder_that_is_dropped_in_becomes_a_row_of_the_report(bench: Command, tmp_path: Path) -> None:
    here = Workspace(HERE.root, tmp_path / "apps", tmp_path / "results", tmp_path / "state")
    folder = here.apps / "dropped_app"
    shutil.copytree(HERE.apps / "asgi_app", folder, ignore=shutil.ignore_patterns("__pycache__", "requirements.txt"))
    manifest = folder / "app.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("no framework (ASGI)", "Dropped"), "utf-8")

    assert "requirements.txt is missing" in bench("list", within=here).err
    shutil.copy(HERE.apps / "asgi_app" / "requirements.txt", folder)
    assert "  dropped          Dropped, sqlite3; ASGI on granian" in bench("list", within=here).out
    assert bench("setup", "dropped", within=here).code == 0
    short = ("--profile", "smoke", "--apps", "async", "--workloads", "read-item")
    assert bench("run", *short, within=here).code == 0
    newest = archive.latest(here.results)
    assert {cell.sut for cell in storage.load(newest).rounds[0].sound_cells()} == {"dropped", "twin"}
    assert "| **Dropped** | ASGI | granian " in (newest / "report.md").read_text("utf-8")
