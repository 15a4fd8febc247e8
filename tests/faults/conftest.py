"""Runs over tiny apps that do not fail, so that something else can."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from bench.cli.session import SessionFace
from bench.host import local
from bench.load.client import Generator, generator
from bench.measure import run
from bench.measure.progress import Progress
from bench.report import files
from bench.store import storage
from bench.workspace import Workspace
from tests.faults import yard


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generator]:
    """A generator that the runs of these tests share: starting one takes longer than anything else in them."""
    log = tmp_path_factory.mktemp("load") / "generator.log"
    with local.host() as host, generator(log, host) as running:
        running.forget()  # until it answers, its command line may still be that of whoever starts it
        yield running


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are one word, and so are there at once."""
    monkeypatch.setattr(files, "write", lambda run, folder, *_: storage.write(folder / "report.html", "drawn"))


AtRound = Callable[[int, Callable[[], object]], None]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: Generator) -> Workspace:
    """A yard with two apps, for commands in this process."""
    workspace_ = yard.workspace(tmp_path)
    for name in ("one", "other"):
        yard.add(workspace_, name)
    yard.furnish(monkeypatch.setattr)
    monkeypatch.setattr(run, "generator", lambda *_: nullcontext(shared))
    return workspace_


@pytest.fixture
def at_round(monkeypatch: pytest.MonkeyPatch) -> AtRound:
    """Has something happen when the load of a round is about to begin, once."""

    def arrange(number: int, happen: Callable[[], object]) -> None:
        show, ahead = SessionFace.progress, [happen]

        def progress(self: SessionFace, shown: Progress) -> None:
            show(self, shown)
            if (shown.round, shown.doing) == (number, "json") and ahead:
                ahead.pop()()

        monkeypatch.setattr(SessionFace, "progress", progress)

    return arrange
