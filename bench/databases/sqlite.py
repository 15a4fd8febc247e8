"""SQLite: a database is a file that its app opens by itself, and no process serves it."""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from bench.contract import seed
from bench.databases.served import one_line
from bench.errors import DatabaseError, DatabaseLocked
from bench.model import Item

_SCHEMA = Path(__file__).with_name("schema.sql")
_INSIDE = Path(__file__).with_name("inside")
_SELECT = "SELECT id, name, description, price_cents, in_stock FROM item"
_INSERT = "INSERT INTO item (id, name, description, price_cents, in_stock) VALUES (?, ?, ?, ?, ?)"
_UPDATE = "UPDATE item SET name = ?, description = ?, price_cents = ?, in_stock = ? WHERE id = ?"
_DELETE = "DELETE FROM item WHERE id = ?"
_STOCK = (
    "WITH RECURSIVE extra(id) AS (SELECT ? UNION ALL SELECT id + 1 FROM extra WHERE id < ?) "
    "INSERT INTO item SELECT id, 'Stock ' || id, 'A row to be deleted.', 100, 1 FROM extra"
)

_WAIT_S = 10.0
"""How long the suite waits for somebody else's lock."""
_LOGGED_WITHIN_S = 0.02
"""An app may end its transaction a moment after it has answered."""


@dataclass(frozen=True, slots=True)
class SqliteDatabase:
    """The file at `path`, a copy of `pristine`."""

    path: Path
    pristine: Path

    @property
    def url(self) -> str:
        """The URL of the file."""
        return f"sqlite:///{self.path.absolute()}"

    def restore(self, stock: int = 0) -> None:
        """Copy the rows of the pristine file, in one transaction."""
        with _opened(self.path) as connection:
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("ATTACH ? AS pristine", (str(self.pristine),))
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM item")
            connection.execute("INSERT INTO item SELECT * FROM pristine.item ORDER BY id")
            if stock:
                connection.execute(_STOCK, (seed.ROWS + 1, seed.ROWS + stock))
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def surroundings(self) -> Mapping[str, str]:
        """Those in which the app's own process logs its statements; see `inside`."""
        return {"PYTHONPATH": str(_INSIDE), "FAIRGROUND_STATEMENTS": str(self._log)}

    def statements(self, ask: Callable[[], object]) -> Sequence[str] | None:
        """From the log of the app; None where it has opened no connection that is logged."""
        if not self._log.exists():
            return None
        begin = self._log.stat().st_size
        ask()
        time.sleep(_LOGGED_WITHIN_S)
        return [one_line(json.loads(line)) for line in self._log.read_bytes()[begin:].splitlines()]

    def processes(self) -> tuple[int, ...]:
        """None: SQLite runs within the app."""
        return ()

    def read(self, item_id: int) -> Item | None:
        """The committed row."""
        with _opened(self.path) as connection:
            row = connection.execute(f"{_SELECT} WHERE id = ?", (item_id,)).fetchone()
        return None if row is None else _item(*row)

    def rows(self) -> dict[int, Item]:
        """All committed rows by id."""
        with _opened(self.path) as connection:
            return {row[0]: _item(*row) for row in connection.execute(_SELECT)}

    def write(self, item: Item) -> None:
        """Change a row."""
        with _opened(self.path) as connection:
            connection.execute(_UPDATE, (*astuple(item)[1:], item.id))

    @contextmanager
    def inserted(self, like: Item) -> Iterator[int]:
        """Add a row until the context ends."""
        with _opened(self.path) as connection:
            added = connection.execute(_INSERT, (None, *astuple(like)[1:])).lastrowid or 0
            try:
                yield added
            finally:
                connection.execute(_DELETE, (added,))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """A transaction that writes nothing, and keeps others from writing."""
        with _opened(self.path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                connection.execute("ROLLBACK")

    def repair(self, before: Mapping[int, Item], after: Mapping[int, Item]) -> None:
        """Restore the rows in which `after` differs from `before`."""
        with _opened(self.path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_DELETE, [(key,) for key, item in after.items() if before.get(key) != item])
            connection.executemany(_INSERT, [astuple(item) for key, item in before.items() if after.get(key) != item])
            connection.execute("COMMIT")

    @property
    def _log(self) -> Path:
        return self.path.absolute().with_suffix(".statements")


@dataclass(frozen=True, slots=True)
class SqliteTemplate:
    """The file `pristine`; copies are made beside it."""

    pristine: Path

    def copy(self, name: str) -> SqliteDatabase:
        """A copy of the file, called `name`."""
        path = self.pristine.with_name(f"{name}.db")
        try:
            # What SQLite keeps beside a database: left by a killed server, it would be replayed into the new file.
            for leftover in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                leftover.unlink(missing_ok=True)
            shutil.copyfile(self.pristine, path)
        except OSError as error:
            raise DatabaseError(
                f"The database {path} cannot be made: {error.strerror}; FAIRGROUND_STATE names a folder elsewhere."
            ) from error
        return SqliteDatabase(path, self.pristine)


class Sqlite:
    """The engine that comes with Python."""

    name = "sqlite"

    def require(self) -> None:
        """It is always there."""

    def version(self) -> str:
        """That of the library."""
        return sqlite3.sqlite_version

    def settings(self) -> Mapping[str, str]:
        """What every app sets on its connections."""
        return {"journal_mode": "WAL", "synchronous": "NORMAL", "busy_timeout": "5000"}

    @contextmanager
    def seeded(self, folder: Path) -> Iterator[SqliteTemplate]:
        """A file in write-ahead mode, which its copies inherit."""
        pristine = folder / "pristine.sqlite"
        with _opened(pristine, "rwc") as connection:
            connection.executescript(_SCHEMA.read_text("utf-8"))
            connection.execute("BEGIN")
            connection.executemany(_INSERT, map(astuple, seed.items()))
            connection.execute("COMMIT")
            (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
            if mode != "wal":
                raise DatabaseError(
                    f"SQLite cannot keep a write-ahead log in {folder} (it stays with {mode}), as on a network's file "
                    "system; let FAIRGROUND_STATE name a folder on a local disk."
                )
        yield SqliteTemplate(pristine)


@contextmanager
def _opened(path: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """A connection in which every statement commits by itself; errors of SQLite become errors of ours."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=_WAIT_S, isolation_level=None)) as connection:
            yield connection
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            raise DatabaseLocked(
                f"The database {path.name} is locked: another connection did not commit within {_WAIT_S:g} s."
            ) from error
        raise DatabaseError(f"The SQLite database {path} cannot be used: {error}.") from error


def _item(item_id: int, name: str, description: str, price_cents: int, in_stock: int) -> Item:
    return Item(item_id, name, description, price_cents, bool(in_stock))
