"""The table of a server, read and changed without asking the server."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from bench.model import Item


class Backdoor(Protocol):
    """Access to the table that does not go through the server.

    It shows committed rows, and commits its own changes at once. Raises DatabaseLocked where the server holds the
    table, as one does that has not committed, and DatabaseError for any other failure.
    """

    def read(self, item_id: int) -> Item | None:
        """The row with this id."""

    def write(self, item: Item) -> None:
        """Change the row with the item's id."""

    def inserted(self, like: Item) -> AbstractContextManager[int]:
        """One more row, a copy of `like` under an id of its own, which the context yields, and gone at its end."""

    def locked(self) -> AbstractContextManager[None]:
        """Holds the database, so that nobody else can write."""

    def rows(self) -> Mapping[int, Item]:
        """All rows by id."""

    def repair(self, before: Mapping[int, Item], after: Mapping[int, Item]) -> None:
        """Make a table that holds `after` hold `before` again."""


@contextmanager
def changed(backdoor: Backdoor, before: Item, after: Item) -> Iterator[None]:
    """A row changed, and put back at the end."""
    backdoor.write(after)
    try:
        yield
    finally:
        backdoor.write(before)
