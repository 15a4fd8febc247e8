"""The report: one view of a stored run, many faces. Nothing here measures."""

from pathlib import Path

from bench import results
from bench.report import markdown, table_csv, view
from bench.results import Run


def write(run: Run, folder: Path, baseline: str | None = None) -> None:
    """Write every face that is a file into the run's folder; raises StorageError where the disk will not take it."""
    built = view.build(run, baseline)
    results.write(folder / "report.md", markdown.render(built))
    results.write(folder / "summary.csv", table_csv.render(built))
