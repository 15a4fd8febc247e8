"""Pages of several runs, each drawn when a test first asks for it: one of thirty SUTs takes a second."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from bench.report import drawings, html, view
from bench.store import storage
from bench.store.results import Run
from tests.report import runs, story
from tests.report.test_databases import measured
from tests.report.test_faces import HOSTILE, poisoned

RUNS: dict[str, Callable[[], Run]] = {
    "story": lambda: storage.load(story.FOLDER),
    "thirty": lambda: runs.make(suts=30),
    "native": lambda: runs.make(native=True, opened=(("crud-mix", 400.0), ("read-item", 900.0))),
    "lacking": lambda: runs.leaving_out(runs.make(closed=("read-item", "upload")), "flask", "upload", "no forms"),
    "hostile": lambda: poisoned(storage.load(story.FOLDER), " ".join(HOSTILE)),
    "large": lambda: runs.make(suts=30, rounds=2, closed=runs.ALL),
    "full": lambda: runs.make(**runs.FULL, counted=True, rounds=3, limited="wsgi", failed="django"),
    "databases": lambda: measured("wsgi", "flask", "flask-postgresql", "flask-mysql"),
}


@cache
def run(name: str) -> Run:
    """One of the runs."""
    return RUNS[name]()


def page(name: str, folder: Path) -> Path:
    """The file with its page in the folder."""
    path = folder / f"{name}.html"
    if not path.exists():
        built = view.build(run(name))
        path.write_text(html.render(built, drawings.draw(built)), "utf-8")
    return path
