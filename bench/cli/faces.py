"""What a terminal shows of a stored run."""

from pathlib import Path

from rich.text import Text

from bench.cli.console import OUT
from bench.report import terminal, view
from bench.store.results import Run


def show(run: Run, folder: Path, baseline: str | None = None) -> None:
    """Print the report of the run that is stored in `folder`, and where its files are."""
    terminal.show(view.build(run, baseline), OUT)
    OUT.print(Text(f"The report is {folder / 'report.html'}"), soft_wrap=True)
