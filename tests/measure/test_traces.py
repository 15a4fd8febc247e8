"""What a server left behind is what differs from before: files of the app's own, and of nobody else."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bench.measure import traces
from bench.model import Sut
from tests import builders
from tests.fake_host import FakeHost


@dataclass
class Serving:
    """A server of an app with a few files, as far as its traces are looked for."""

    sut: Sut
    log: Path
    host: FakeHost = field(default_factory=FakeHost)

    def pids(self) -> tuple[int, ...]:
        return (10,)

    def log_bytes(self) -> int:
        return 0

    def last_words(self, since_bytes: int) -> str:
        return ""


@pytest.fixture
def server(tmp_path: Path) -> Any:
    app = builders.app(folder=tmp_path)
    (app.folder / "views").mkdir(parents=True)
    (app.folder / "views" / "item.html").write_text("<h1>")
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch" / "flask.db").write_text("rows")
    return Serving(Sut.of(app), tmp_path / "scratch" / "flask.log")


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("flask_app/cache/page.html", "cache/page.html"),
        ("flask_app/views/item.html", "views/item.html"),
        ("scratch/flask.lock", "flask.lock"),
        ("flask_app/views/__pycache__/item.pyc", None),
        ("scratch/flask.db", None),
        ("scratch/flask.db-wal", None),
        ("scratch/flask.log", None),
        ("scratch/django.lock", None),
        ("elsewhere/file", None),
    ],
)
def test_a_file_of_its_own_that_changed_is_named(server: Any, tmp_path: Path, written: str, named: str | None) -> None:
    before = traces.of(server)
    (tmp_path / written).parent.mkdir(exist_ok=True)
    (tmp_path / written).write_text("other than before")
    left = traces.since(before, server)
    assert left.files == ((named,) if named else ())
    assert left.trouble() is None


def test_what_was_removed_has_changed_and_of_many_a_few_are_named(server: Any) -> None:
    folder: Path = server.sut.app.folder
    before = traces.of(server)
    (folder / "views" / "item.html").unlink()
    assert traces.since(before, server).files == ("views/item.html",)
    for number in range(9):
        (folder / f"{number}").touch()
    assert traces.since(before, server).files == ("0", "1", "2")
