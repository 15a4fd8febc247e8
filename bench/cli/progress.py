"""Progress as a live line on a terminal, or in a log as a line for each round."""

from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from bench.measure.progress import Progress
from bench.words import duration

_BAR = 30


class ProgressLine:
    """Shows each `Progress`, from the first call until it is stopped or its context ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._shown: object = None

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()

    def __call__(self, progress: Progress) -> None:
        """Show where a run stands."""
        where = _round(progress)
        at = (progress.in_process, progress.round)
        self.show(progress.done_s, progress.left_s, where, at, more=f": {progress.doing}")

    def show(self, done_s: float, left_s: float, where: str, at: object, *, more: str = "") -> None:
        """Show the time spent and left, and `where` the command is; in a log, only when `at` has changed.

        `more` is for the terminal only, where the line is redrawn.
        """
        if self._live:
            self._live.start()
            self._live.update(_line(done_s, left_s, where + more, self._console.width), refresh=True)
        elif at != self._shown:
            self._shown = at
            self._console.print(f"{where[0].upper()}{where[1:]}; about {duration(left_s)} left")

    def stop(self) -> None:
        """Remove the line from the terminal."""
        if self._live:
            self._live.stop()


def _round(progress: Progress) -> str:
    where = "in process, " if progress.in_process else ""
    return f"{where}round {progress.round} of {progress.rounds}"


def _line(done_s: float, left_s: float, words: str, room: int) -> Table:
    """One line, whatever the room: the bar gives way first, and then the words."""
    total = done_s + left_s
    line = Table.grid(padding=(0, 1))
    for _ in range(4):
        line.add_column(no_wrap=True)
    line.add_row(
        ProgressBar(total=total or 1, completed=done_s, width=min(_BAR, room // 5)),
        Text(f"{done_s / total if total else 0:4.0%}"),
        Text(f"{duration(left_s)} left", style="bold"),
        Text(words, style="dim"),
    )
    return line
