"""The report of a stored run, in files and on the terminal."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from rich.text import Text

from bench.analysis import history
from bench.cli.console import OUT
from bench.errors import StorageError
from bench.report import files, terminal, view
from bench.store import archive, storage
from bench.store.results import Run

_MOST_OTHERS = 20
"""Of the newest runs beside a run, so many are asked how its ratios come out elsewhere."""


def write(run: Run, folder: Path, baseline: str | None = None) -> None:
    """Draw the report of the run that is stored in `folder`; raises StorageError where it cannot be written."""
    try:
        files.write(run, folder, baseline, _beside(folder))
    except StorageError as error:
        again = f"`python -m bench report {run.run.id}` draws its report once it can be written"
        raise StorageError(f"{error} The run itself is stored; {again}.") from error


def show(run: Run, folder: Path, baseline: str | None = None) -> None:
    """Print the report of the run that is stored in `folder`, and the place of its files."""
    terminal.show(view.build(run, baseline, _beside(folder)), OUT)
    OUT.print(Text(f"The report is {folder / 'report.html'}"), soft_wrap=True)


def _beside(folder: Path) -> tuple[Run, ...]:
    """The newest sound runs that are stored beside one."""

    def sound() -> Iterator[Run]:
        for other in reversed(archive.every(folder.parent)):
            if other.name != folder.name:
                with suppress(StorageError):
                    run = storage.load(other)
                    if not history.left_out(run):
                        yield run

    return tuple(islice(sound(), _MOST_OTHERS))
