"""MariaDB: its SQL, its driver, and how a private server of it is set up."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path
from signal import Signals

from bench.contract import seed
from bench.databases import served
from bench.databases.address import Address
from bench.databases.engine import ServedEngine
from bench.databases.private import ServerHome
from bench.databases.served import LOCK_WAIT_S, PATIENCE_S, PREFIX, SEED, OpenCursor
from bench.errors import DatabaseError, DatabaseLocked
from bench.model import Item

_KEY = "BIGINT AUTO_INCREMENT PRIMARY KEY"
_MARK = f"{PREFIX}mark"
"""A table that every database of ours has."""
_STOCK = "INSERT INTO item SELECT seq, concat('Stock ', seq), 'A row to be deleted.', 100, 1 FROM seq_{first}_to_{last}"
_LOCKED = 1205
"""The error for a lock that was waited for too long."""
_LOGGED_WITHIN_S = 0.02
"""An app may end its transaction a moment after it has answered."""

_LOGGED = """SELECT convert(argument USING utf8mb4) FROM mysql.general_log
    WHERE command_type IN ('Query', 'Execute') AND thread_id <> connection_id()
    AND thread_id IN (SELECT id FROM information_schema.processlist WHERE db = %s)"""

SETTINGS = {
    # A commit is written to the system and does not wait for the disk, as with SQLite's log and synchronous=NORMAL:
    # it outlives the app and the database, and not the machine.
    "innodb_flush_log_at_trx_commit": "2",
    "innodb_doublewrite": "OFF",
    "innodb_flush_method": "nosync",
    # Texts come back as they were sent, and differ where any character does.
    "character_set_server": "utf8mb4",
    "collation_server": "utf8mb4_bin",
    "innodb_lock_wait_timeout": str(LOCK_WAIT_S),
    "lock_wait_timeout": str(LOCK_WAIT_S),
    # What would run at times of its own choosing, in one SUT's slice and not in another's.
    "innodb_stats_auto_recalc": "OFF",
    "max_connections": "200",
    "innodb_buffer_pool_size": "134217728",
    "innodb_log_file_size": "268435456",
}
"""What a private server is started with; everything else is MariaDB's default, its isolation level too."""


class MysqlDialect:
    """See Dialect."""

    @contextmanager
    def opened(self, address: Address) -> Iterator[OpenCursor]:
        """By PyMySQL, imported here because no run on SQLite should wait for that."""
        import pymysql  # noqa: PLC0415

        where = {"host": address.host, "port": address.port, "user": address.user, "password": address.password}
        try:
            with closing(
                pymysql.connect(**where, database=address.database, autocommit=True, connect_timeout=PATIENCE_S)
            ) as connection:
                session = OpenCursor(connection.cursor())
                session.run("SET lock_wait_timeout = %s, innodb_lock_wait_timeout = %s", PATIENCE_S, PATIENCE_S)
                yield session
        except pymysql.Error as error:
            number, *words = error.args or (0,)
            if number == _LOCKED:
                raise DatabaseLocked(
                    f"The database {address.database} is locked: its table was not released within {PATIENCE_S} s."
                ) from error
            said = " ".join(map(str, words)) or str(number)
            raise DatabaseError(f"The MariaDB database {address.database} cannot be used: {said}.") from error

    def version(self, session: OpenCursor) -> str:
        """See Dialect."""
        return str(session.run("SELECT version()")[0][0]).partition("-")[0]

    def setting(self, session: OpenCursor, name: str) -> str:
        """See Dialect."""
        return str(session.run("SHOW GLOBAL VARIABLES LIKE %s", name)[0][1])

    def claim(self, session: OpenCursor) -> bool:
        """By a lock that goes with the connection. A server of somebody else's must wait as apps are promised."""
        for name in ("lock_wait_timeout", "innodb_lock_wait_timeout"):
            if (waits := self.setting(session, name)) != SETTINGS[name]:
                raise DatabaseError(
                    f"The server waits {waits} s for a lock ({name}), and apps are promised {LOCK_WAIT_S}: start it as "
                    "compose.yaml does."
                )
        return bool(session.run("SELECT get_lock('fairground', 0)")[0][0])

    def plant(self, session: OpenCursor, server: Address) -> None:  # noqa: ARG002  (see Dialect)
        """See Dialect."""
        self._make(session, SEED, served.schema(_KEY).replace("CREATE TABLE item", f"CREATE TABLE {SEED}.item"))
        values = "(id, name, description, price_cents, in_stock) VALUES (%s, %s, %s, %s, %s)"
        session.run("BEGIN")
        session.run_many(f"INSERT INTO {SEED}.item {values}", [astuple(item) for item in seed.items()])
        session.run("COMMIT")

    def databases(self, session: OpenCursor) -> Mapping[str, bool]:
        """By the table that each of ours has."""
        rows = session.run(
            "SELECT s.schema_name, t.table_name FROM information_schema.schemata s "
            "LEFT JOIN information_schema.tables t ON t.table_schema = s.schema_name AND t.table_name = %s "
            "WHERE left(s.schema_name, %s) = %s",
            _MARK,
            len(PREFIX),
            PREFIX,
        )
        return {name: table is not None for name, table in rows}

    def drop(self, session: OpenCursor, name: str) -> None:
        """Connections to it are cut: it would wait for their transactions."""
        for (number,) in session.run("SELECT id FROM information_schema.processlist WHERE db = %s", name):
            session.run(f"KILL {number}")
        session.run(f"DROP DATABASE {name}")

    def copy(self, session: OpenCursor, name: str) -> None:
        """The table is made like the seeded one, and filled from it."""
        self._make(session, name, f"CREATE TABLE {name}.item LIKE {SEED}.item")
        session.run(f"INSERT INTO {name}.item SELECT * FROM {SEED}.item ORDER BY id")
        session.run(f"ANALYZE TABLE {name}.item")

    def put_back(self, session: OpenCursor, stock: int) -> None:
        """The table is emptied, which lets its counter of ids begin again, and filled from the seeded one."""
        session.run("TRUNCATE TABLE item")
        session.run(f"INSERT INTO item SELECT * FROM {SEED}.item ORDER BY id")
        if stock:
            session.run(_STOCK.format(first=seed.ROWS + 1, last=seed.ROWS + stock))
        session.run("ANALYZE TABLE item")

    def insert(self, session: OpenCursor, like: Item) -> int:
        """See Dialect."""
        statement = "INSERT INTO item (name, description, price_cents, in_stock) VALUES (%s, %s, %s, %s)"
        session.run(statement, *astuple(like)[1:])
        return int(session.cursor.lastrowid)

    @contextmanager
    def hold(self, session: OpenCursor) -> Iterator[None]:
        """A lock on the table, of the kind that readers pass."""
        session.run("LOCK TABLES item READ")
        try:
            yield
        finally:
            session.run("UNLOCK TABLES")

    def statements(self, session: OpenCursor, name: str, log: Path, ask: Callable[[], object]) -> Sequence[str]:  # noqa: ARG002
        """The general log goes to a table, from then on."""
        session.run("SET GLOBAL log_output = 'TABLE', general_log = ON")
        before = len(session.run(_LOGGED, name))
        ask()
        session.run("SELECT sleep(%s)", _LOGGED_WITHIN_S)
        return [served.one_line(str(text)) for (text,) in session.run(_LOGGED, name)[before:]]

    def processes(self, session: OpenCursor, server: int, name: str) -> tuple[int, ...]:  # noqa: ARG002  (see Dialect)
        """One process serves all connections, each by a thread."""
        return (server,)

    def _make(self, session: OpenCursor, name: str, table: str) -> None:
        session.run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        session.run(f"CREATE TABLE {name}.{_MARK} (made_by CHAR(1))")
        session.run(table)


def engine(environ: Mapping[str, str] = os.environ) -> ServedEngine:
    """The engine; `environ` may hold a DATABASE_URL."""
    return ServedEngine(
        name="mysql",
        usual=(3306, "mysql"),
        programs=("mariadbd", "mysqld"),
        package="mariadb-server",
        account="mysql",
        own_settings=SETTINGS,
        stop=Signals.SIGTERM,
        dialect=MysqlDialect(),
        lay_out=_laid_out,
        environ=environ,
    )


def _laid_out(program: Path, place: ServerHome, server: Address) -> Sequence[str | Path]:
    # Temporary tables too: a MariaDB that starts deletes those of any other where it puts its own.
    folders = (f"--datadir={place.folder / 'data'}", f"--tmpdir={place.folder}")
    place.make(
        (_installer(program), "--no-defaults", *folders, "--skip-test-db", "--auth-root-authentication-method=normal")
    )
    account = place.write(
        "account.sql",
        f"CREATE OR REPLACE USER {server.user}@'%' IDENTIFIED BY '{server.password}';\n"
        f"GRANT ALL ON *.* TO {server.user}@'%';\nDROP USER IF EXISTS root@localhost;\n",
    )
    # Nobody comes by the socket, and where the folder has a long name, that of a socket in it would be too long.
    own = {"bind_address": server.host, "port": str(server.port), "socket": ""}
    settings = (f"--{name.replace('_', '-')}={value}" for name, value in (SETTINGS | own).items())
    return (
        program,
        "--no-defaults",
        *folders,
        f"--init-file={account}",
        "--skip-name-resolve",
        "--skip-log-bin",
        *settings,
    )


def _installer(program: Path) -> Path:
    """The script that lays out the system's tables: beside the server, or where other programs are."""
    for folder in (program.parent, program.parents[1] / "bin", program.parents[1] / "scripts"):
        if (script := folder / "mariadb-install-db").exists():
            return script
    return program.with_name("mariadb-install-db")
