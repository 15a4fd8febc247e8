"""The faces of the report that are files, written into the run's folder."""

from pathlib import Path

from bench.report import drawings, html, markdown, table_csv, view
from bench.store import storage
from bench.store.results import Run

_PICTURE = "chart.svg"
_FORMER_PICTURE = "chart.png"  # of a run that was drawn before there was the other


def write(run: Run, folder: Path, baseline: str | None = None, others: tuple[Run, ...] = ()) -> None:
    """Write every one of them; raises StorageError where the disk will not take it. See `view.build`."""
    built = view.build(run, baseline, others)
    picture = drawings.picture(built)
    if picture:
        storage.write(folder / _PICTURE, picture)
    else:  # one that was drawn before would show what may not be ranked
        (folder / _PICTURE).unlink(missing_ok=True)
    (folder / _FORMER_PICTURE).unlink(missing_ok=True)
    storage.write(folder / "report.md", markdown.render(built, _PICTURE if picture else None))
    storage.write(folder / "summary.csv", table_csv.render(built))
    storage.write(folder / "report.html", html.render(built, drawings.draw(built)))
