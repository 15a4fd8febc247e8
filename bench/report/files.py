"""The faces of the report that are files, and their place in the run's folder."""

from pathlib import Path

from bench.report import drawings, html, markdown, short, table_csv, view
from bench.store import storage
from bench.store.results import Run

_PICTURE = "chart.svg"
_FORMER_PICTURE = "chart.png"  # left from a run that was drawn before the other existed


def whole(run: Run, baseline: str | None = None, others: tuple[Run, ...] = ()) -> dict[str, str]:
    """The text of every face by its file's name; the picture only where there is one. See `view.build`."""
    built = view.build(run, baseline, others)
    picture = drawings.picture(built)
    return ({_PICTURE: picture} if picture else {}) | {
        "report.md": markdown.render(built, _PICTURE if picture else None),
        "summary.csv": table_csv.render(built),
        "report.html": html.render(built, drawings.draw(built)),
    }


def brief(run: Run) -> dict[str, str]:
    """The figures and a page without charts, for a run that few will open; by name, as `whole` gives them."""
    built = view.build(run)
    return {"summary.csv": table_csv.render(built), "report.html": short.render(built)}


def write(run: Run, folder: Path, baseline: str | None = None, others: tuple[Run, ...] = ()) -> None:
    """Write every face into `folder`; raises StorageError where the disk refuses. See `view.build`."""
    faces = whole(run, baseline, others)
    for stale in {_PICTURE, _FORMER_PICTURE} - faces.keys():  # it would show a ranking that no longer holds
        (folder / stale).unlink(missing_ok=True)
    for name, text in faces.items():
        storage.write(folder / name, text)
