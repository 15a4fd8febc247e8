"""The table of a server, seen and changed without asking the server."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from bench.model import Item


class Backdoor(Protocol):
    """A way into the table that does not lead through the server.

    It shows what has been committed, and what it changes is committed at once. Raises DatabaseLocked where the server
    holds the table, as one does that has not committed, and DatabaseError for whatever else fails.
    """

    def read(self, item_id: int) -> Item | None:
        """The row with this id."""

    def write(self, item: Item) -> None:
        """Change the row with the item's id."""

    def inserted(self, like: Item) -> AbstractContextManager[int]:
        """One more row, a copy of `like` under an id of its own, which it gives; the row is gone at the end."""

    def locked(self) -> AbstractContextManager[None]:
        """The database is held, so that nobody else can write."""

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
