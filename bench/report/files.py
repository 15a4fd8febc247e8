"""The faces of the report that are files, written into the run's folder."""

from pathlib import Path

from bench import storage
from bench.report import drawings, html, markdown, table_csv, view
from bench.results import Run


def write(run: Run, folder: Path, baseline: str | None = None) -> None:
    """Write every one of them; raises StorageError where the disk will not take it."""
    built = view.build(run, baseline)
    storage.write(folder / "report.md", markdown.render(built))
    storage.write(folder / "summary.csv", table_csv.render(built))
    storage.write(folder / "report.html", html.render(built, drawings.draw(built)))
    picture = drawings.picture(built)
    if picture:
        storage.write(folder / "chart.png", picture)
    else:  # one that was drawn before would show what may not be ranked
        (folder / "chart.png").unlink(missing_ok=True)
