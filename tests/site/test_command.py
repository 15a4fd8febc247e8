"""`bench site` as a user types it."""

import signal
from pathlib import Path

import pytest

from bench.workspace import Workspace
from tests.commands import Command, Commands, sentence, until
from tests.site import past


@pytest.fixture
def results(workspace: Workspace) -> Path:
    return past.store([past.run(1)], workspace.results)


def test_the_site_is_built_and_its_place_told(bench: Command, results: Path, tmp_path: Path) -> None:
    done = bench("site")
    assert (done.code, done.out, done.err) == (0, f"The site is {results / 'site' / 'index.html'}\n", "")
    assert bench("site", "--into", str(tmp_path / "other")).code == 0
    assert (tmp_path / "other" / "index.html").is_file()


def test_a_run_that_is_left_out_makes_it_1(bench: Command, results: Path) -> None:
    (results / "br\x1b[31moken").mkdir()
    (results / "br\x1b[31moken" / "run.json").write_text("{")
    done = bench("site")
    assert done.code == 1
    assert done.out.startswith("The site is ")
    (line,) = done.err.splitlines()
    assert line.startswith("Left out: ")
    assert line.isprintable()


def test_what_cannot_be_done_is_told_in_a_sentence(bench: Command, results: Path, tmp_path: Path) -> None:
    assert "is not the address of a published site" in sentence(bench("site", "--from", "file:///etc"))
    assert "cannot be fetched" in sentence(bench("site", "--from", "http://127.0.0.1:1"))
    assert "not part of a site" in sentence(bench("site", "--into", str(results)))
    (results / past.run(1).run.id / "run.json").unlink()
    assert "`make bench` makes one" in sentence(bench("site"))


@pytest.mark.servers
def test_a_build_that_is_stopped_leaves_nothing(commands: Commands) -> None:
    past.store([past.run(day) for day in range(1, 9)], commands.results)
    process = commands.start("site")
    assert until(lambda: list(commands.results.glob(".site.part/runs/*/report.html")))
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err.strip()) == (130, "", "Stopped.")
    assert not (commands.results / "site").exists()
    assert not list(commands.results.glob(".site*"))
