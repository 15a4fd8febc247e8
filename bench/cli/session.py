"""The output of a session while it goes on."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bench.cli import faces
from bench.cli.console import LeftOut
from bench.cli.progress import ProgressLine
from bench.contract.violation import Violation
from bench.errors import BenchError
from bench.measure.progress import Progress
from bench.model import Sut
from bench.store.results import Run
from bench.words import counted, listing, printable

_SHOWN = 3


class SessionFace:
    """Listens to a session and prints its steps on a console; `line` shows the progress. `there` is the option that
    goes on with a run whose servers are on another machine.
    """

    def __init__(self, console: Console, line: ProgressLine, there: str = "") -> None:
        self._console, self._line, self._there = console, line, there
        self.leaves_out = LeftOut()

    def compares(self, sentence: str) -> None:
        """See Listener, for all of them."""
        self._say(printable(sentence))

    def environment_made(self, whose: str) -> None:
        """Say so."""
        self._console.print(f"Made the environment of {whose}.")

    def verifying(self, suts: Sequence[Sut]) -> None:
        """Print what is checked."""
        apps = {sut.app for sut in suts}
        behind = ", on the common server and their own" if len(suts) > len(apps) else ""
        self._console.print(f"Verifying {counted(len(apps), 'app')} against the contract{behind} ...")

    def violated(self, sut: Sut, violations: Sequence[Violation]) -> None:
        """Show the first violations."""
        for violation in violations[:_SHOWN]:
            self._say(f"{sut.id}: {printable(str(violation))}\n")

    def progress(self, progress: Progress) -> None:
        """Show where the run stands."""
        self._line(progress)

    def kept(self, partial: Run, folder: Path) -> None:
        """Print what is left of a run that ended early, and draw its report."""
        self._line.stop()
        parts = [counted(len(partial.rounds), "round")] if partial.rounds else []
        parts += [f"{counted(len(partial.micro), 'round')} in process"] if partial.micro else []
        again = f"python -m bench run --resume {partial.run.id}{self._there}"
        self._say(f"{listing(parts)} kept in {folder}; go on with: {again}")
        # What ended the run is told after this; a disk that is full of it must not hide that.
        with suppress(BenchError):
            faces.write(partial, folder)

    def nothing_kept(self) -> None:
        """Say so."""
        self._line.stop()
        self._console.print("Nothing had been measured yet.")

    def _say(self, sentence: str) -> None:
        self._console.print(Text(sentence), soft_wrap=True)
