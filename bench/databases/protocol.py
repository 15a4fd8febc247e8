"""What the suite asks of a kind of database, and of the database of one SUT."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from bench.contract.backdoor import Backdoor


class Database(Backdoor, Protocol):
    """The database of one SUT, which nobody else uses. It can be put back while the app has it open."""

    @property
    def url(self) -> str:
        """The `DATABASE_URL` that the app is given."""

    def restore(self, stock: int = 0) -> None:
        """Put the table back to the seed.

        `stock` more rows, with ids from `seed.ROWS + 1` on, are added for workloads that use rows up. Raises
        DatabaseLocked where somebody else holds the table, and DatabaseError for whatever else fails.
        """

    def surroundings(self) -> Mapping[str, str]:
        """The environment variables that an app must be started with where its statements are to be seen."""

    def statements(self, ask: Callable[[], object]) -> Sequence[str] | None:
        """The statements that the app's connections send while `ask` runs; None where they cannot be seen from here."""

    def processes(self) -> tuple[int, ...]:
        """The ids of the processes that serve it besides the app's own, so that their CPU time can be counted."""


class Template(Protocol):
    """The seeded table, from which every SUT gets its own copy."""

    def copy(self, name: str) -> Database:
        """A new database for the SUT `name`. It replaces an earlier one, which no server may have open."""


class Engine(Protocol):
    """A kind of database."""

    @property
    def name(self) -> str:
        """The name that manifests use."""

    def require(self) -> None:
        """Raise SetupError, in a sentence that says how to get one, where there is nothing to measure on."""

    def version(self) -> str:
        """As a run stores it; raises SetupError where the engine is not installed, and DatabaseError where a server
        does not let us in.
        """

    def settings(self) -> Mapping[str, str]:
        """The settings that decide its speed and what a commit waits for, as a run stores them."""

    def seeded(self, folder: Path) -> AbstractContextManager[Template]:
        """A seeded template, whose files and copies are in `folder`; what serves them ends with the context."""
