"""The faces of the report that are files, written into the run's folder."""

from pathlib import Path

from bench.report import drawings, html, markdown, short, table_csv, view
from bench.store import storage
from bench.store.results import Run

_PICTURE = "chart.svg"
_FORMER_PICTURE = "chart.png"  # left from a run that was drawn before the other existed


def write(run: Run, folder: Path, baseline: str | None = None, others: tuple[Run, ...] = ()) -> None:
    """Write all of them; raises StorageError where the disk refuses. See `view.build`."""
    built = view.build(run, baseline, others)
    picture = drawings.picture(built)
    if picture:
        storage.write(folder / _PICTURE, picture)
    else:  # one from an earlier drawing would show a ranking that no longer holds
        (folder / _PICTURE).unlink(missing_ok=True)
    (folder / _FORMER_PICTURE).unlink(missing_ok=True)
    storage.write(folder / "report.md", markdown.render(built, _PICTURE if picture else None))
    storage.write(folder / "summary.csv", table_csv.render(built))
    storage.write(folder / "report.html", html.render(built, drawings.draw(built)))


def write_short(run: Run, folder: Path) -> None:
    """Write the figures and a page without charts, for a run that few will open; raises as `write` does."""
    built = view.build(run)
    storage.write(folder / "summary.csv", table_csv.render(built))
    storage.write(folder / "report.html", short.render(built))
