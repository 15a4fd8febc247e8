"""Every check says what it protects, on the page and in the docs, and none is always on."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.analysis import audit
from bench.environment import Network, Throttling
from bench.report.meanings import MEANINGS
from bench.store import storage
from bench.store.results import Run
from bench.workspace import ROOT

REFERENCE = ROOT / "results" / "reference"
MEASURED = (REFERENCE, REFERENCE / "databases", ROOT / "tests" / "store" / "data" / "run-v1.json")


@pytest.fixture(scope="module", params=MEASURED, ids=lambda path: path.name)
def measured(request: pytest.FixtureRequest) -> Run:
    path: Path = request.param
    return storage.load(path)


def test_every_check_has_a_meaning_and_a_line_in_the_docs(measured: Run) -> None:
    checks = audit.checks(measured)
    assert {check.id for check in checks} <= MEANINGS.keys()
    lines = (ROOT / "docs" / "reading-a-report.md").read_text("utf-8").splitlines()
    for check in checks:
        protects = MEANINGS[check.id].protects
        (line,) = (line for line in lines if line.startswith(f"| {check.title} |"))
        assert protects.rstrip(".").lower() in line.lower()


def test_no_check_complains_of_the_runs_that_were_measured(measured: Run) -> None:
    """A light that is on in sound runs says nothing; the docs count how often each was."""
    assert [check.id for check in audit.checks(measured) if check.status != "pass"] == []


def test_all_checks_are_asked_of_a_whole_run() -> None:
    """Older runs do not say how their machine was shared out, how long users waited, or what servers did besides."""
    run = storage.load(MEASURED[0])
    here = replace(run.environment, placement_flaws=(), network=Network(0.0001, 0.0002, 200, 1e8, 1e8, 0.0))
    also = {"held_s": 1.0, "waited_s": 1.0, "threads_left": 0, "logged_bytes": 0, "files_changed": ()}
    cells = tuple(replace(cell, **also) for cell in run.rounds[0].cells)
    one = replace(run.rounds[0], cells=cells, throttling=Throttling(100, 0), loop_us=(60.0, 61.0))
    several = replace(run.plan, generators=2)
    whole = replace(run, environment=here, rounds=(one,), plan=several)
    assert [check.id for check in audit.checks(whole)] == list(MEANINGS)
