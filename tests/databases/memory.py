"""A second engine, made up: all that another kind of database takes is such a module, and a row in `ENGINES`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from bench.contract import seed
from bench.model import Item


@dataclass(slots=True)
class MemoryDatabase:
    """A dictionary. `before_restoring` is told the name and the stock, and may refuse."""

    name: str
    before_restoring: Callable[[str, int], None]
    table: dict[int, Item] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._fill(0)

    @property
    def url(self) -> str:
        return f"memory:{self.name}"

    def surroundings(self) -> Mapping[str, str]:
        return {"SHOWS": self.name}

    def statements(self, ask: Callable[[], object]) -> None:
        return None

    def processes(self) -> tuple[int, ...]:
        return (1,)

    def restore(self, stock: int = 0) -> None:
        self.before_restoring(self.name, stock)
        self._fill(stock)

    def read(self, item_id: int) -> Item | None:
        return self.table.get(item_id)

    def write(self, item: Item) -> None:
        self.table[item.id] = item

    @contextmanager
    def locked(self) -> Iterator[None]:
        yield

    @contextmanager
    def inserted(self, like: Item) -> Iterator[int]:
        added = max(self.table, default=0) + 1
        self.table[added] = replace(like, id=added)
        try:
            yield added
        finally:
            del self.table[added]

    def rows(self) -> dict[int, Item]:
        return dict(self.table)

    def repair(self, before: Mapping[int, Item], after: Mapping[int, Item]) -> None:
        self.table = dict(before)

    def _fill(self, stock: int) -> None:
        self.table = dict(_filled(stock))


@cache
def _filled(stock: int) -> Mapping[int, Item]:
    """The rows of the seed, and those laid in beyond them."""
    more = map(seed.stocked, range(seed.ROWS + 1, seed.ROWS + stock + 1))
    return {item.id: item for item in (*seed.items(), *more)}


@dataclass(slots=True)
class MemoryTemplate:
    """Keeps the databases that it has given away."""

    before_restoring: Callable[[str, int], None] = lambda name, stock: None
    copies: dict[str, MemoryDatabase] = field(default_factory=dict)

    def copy(self, name: str) -> MemoryDatabase:
        self.copies[name] = MemoryDatabase(name, self.before_restoring)
        return self.copies[name]


class Memory:
    """The engine."""

    name = "memory"

    def require(self) -> None:
        pass

    def version(self) -> str:
        return "1.0"

    def settings(self) -> Mapping[str, str]:
        return {"kept": "in memory"}

    @contextmanager
    def seeded(self, folder: Path) -> Iterator[MemoryTemplate]:
        yield MemoryTemplate()
