"""Who hears what a session does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from bench.contract.violation import Violation
from bench.errors import BenchError
from bench.measure.progress import Progress
from bench.model import Sut
from bench.store.results import Run


class Listener(Protocol):
    """Receives the steps of a session, and decides what of them is shown and where."""

    def compares(self, sentence: str) -> None:
        """A sentence on what the apps are compared with."""

    def leaves_out(self, error: BenchError) -> None:
        """An app is not measured, because it is broken, or what it runs on is not what it wants."""

    def environment_made(self, whose: str) -> None:
        """A missing environment has been made: an app's, or the crawler's."""

    def verifying(self, suts: Sequence[Sut]) -> None:
        """These SUTs are now checked against the contract."""

    def violated(self, sut: Sut, violations: Sequence[Violation]) -> None:
        """A SUT breaks the contract."""

    def progress(self, progress: Progress) -> None:
        """The next step of the measuring."""

    def kept(self, partial: Run, folder: Path) -> None:
        """The measuring ended early; this much is stored in `folder`."""

    def nothing_kept(self) -> None:
        """The measuring ended before there was anything to keep."""
