"""How far something has come: a live line on a terminal, a line a round in a log."""

from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from bench.measure.progress import Progress
from bench.words import duration


class ProgressLine:
    """Shows progress from the first call, with each `Progress`, until it is stopped or left."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._shown = (False, 0)

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()

    def __call__(self, progress: Progress) -> None:
        """Show where it stands."""
        if self._live:
            self._live.start()
            self._live.update(_line(progress), refresh=True)
        elif (at := (progress.in_process, progress.round)) != self._shown:
            self._shown, where = at, _round(progress)
            self._console.print(f"{where[0].upper()}{where[1:]}; about {duration(progress.left_s)} left")

    def stop(self) -> None:
        """Leave nothing of it on a terminal."""
        if self._live:
            self._live.stop()


def _round(progress: Progress) -> str:
    where = "in process, " if progress.in_process else ""
    return f"{where}round {progress.round} of {progress.rounds}"


def _line(progress: Progress) -> Table:
    total = progress.done_s + progress.left_s
    line = Table.grid(padding=(0, 1))
    line.add_row(
        ProgressBar(total=total or 1, completed=progress.done_s, width=30),
        Text(f"{progress.done_s / total if total else 0:4.0%}"),
        Text(f"{duration(progress.left_s)} left", style="bold"),
        Text(f"{_round(progress)}: {progress.doing}", style="dim"),
    )
    return line
