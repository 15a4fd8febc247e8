"""An engine that needs a server: a private one from this machine's programs, or the one that DATABASE_URL names."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals

from bench.databases import address, private, served
from bench.databases.address import Address
from bench.databases.private import ServerHome
from bench.databases.served import Dialect, ServedTemplate
from bench.errors import Busy, DatabaseError
from bench.host import local, programs
from bench.host.protocol import Host
from bench.identity import DATABASES

LayOut = Callable[[Path, ServerHome, Address], Sequence[str | Path]]
"""Lays out the files of a new server in a place, for the program at the path, so that it will be found at the address;
returns the command that starts it.
"""
_ACCOUNT = "fairground"


@dataclass(frozen=True, slots=True)
class ServedEngine:
    """See Engine. `usual` is the port and the database that every such server has.

    A private server is one of `programs`, runs as `account` where we are root, is started with `own_settings`, and ends
    at the signal `stop`. `environ` may name a server that is there already.
    """

    name: str
    usual: tuple[int, str]
    programs: tuple[str, ...]
    package: str
    account: str
    own_settings: Mapping[str, str]
    stop: Signals
    dialect: Dialect
    lay_out: LayOut
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def title(self) -> str:
        """The name that people use."""
        return DATABASES[self.name]

    def require(self) -> None:
        """See Engine."""
        if not self._given():
            self._program()

    def version(self) -> str:
        """The version of the server that will be used."""
        if not (server := self._given()):
            return programs.version(self._program())
        with self.dialect.opened(server) as session:
            return self.dialect.version(session)

    def settings(self) -> Mapping[str, str]:
        """The settings of our own server, or the values of the same settings on another."""
        if not (server := self._given()):
            return {"server": "private", **self.own_settings}
        with self.dialect.opened(server) as session:
            return {"server": address.VARIABLE} | {
                name: self.dialect.setting(session, name) for name in self.own_settings
            }

    @contextmanager
    def seeded(self, folder: Path) -> Iterator[ServedTemplate]:  # noqa: ARG002  (see Engine)
        """The seed in a database of the server, from which copies are made; no file of it is in `folder`."""
        if server := self._given():
            with _claimed(self.dialect, server):
                yield ServedTemplate(self.dialect, server, None, None)
            return
        with local.host() as host, private.place(self.name, (self.account,), host) as place:
            server = self._address(place.password, host)
            command = self.lay_out(self._program(), place, server)
            with (
                private.running(place, command, self.stop, lambda: self._answers(server), self.title) as process,
                _claimed(self.dialect, server),
            ):
                yield ServedTemplate(self.dialect, server, process.pid, place.log)

    def _address(self, password: str, host: Host) -> Address:
        """The address of a private server, which listens to this machine alone."""
        return Address(self.name, host.address, host.free_port(), _ACCOUNT, password, self.usual[1])

    def _given(self) -> Address | None:
        return address.given(self.environ, self.name, *self.usual)

    def _program(self) -> Path:
        return programs.needed(self.programs, self.title, self.package)

    def _answers(self, server: Address) -> bool:
        with suppress(DatabaseError), self.dialect.opened(server):
            return True
        return False


@contextmanager
def _claimed(dialect: Dialect, server: Address) -> Iterator[None]:
    """Reserve a server and seed it; remove our databases from it at the end."""
    with dialect.opened(server) as session:
        if not dialect.claim(session):
            raise Busy(f"Another command uses the server that {address.VARIABLE} names; wait until it is done.")
        served.clear(dialect, session)
        dialect.plant(session, server)
        try:
            yield
        finally:
            served.clear(dialect, session)
