"""Where SUTs are fuzzed: each served on a seeded table of its own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import databases
from bench.databases.protocol import Database, Template
from bench.host import local
from bench.host.protocol import Host
from bench.host.scratch import scratch
from bench.model import Sut
from bench.suts import servers
from bench.suts.servers import Server
from bench.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Premises:
    """A machine, a folder for what is thrown away, and the table to begin with."""

    host: Host
    folder: Path
    state: Path
    template: Template

    @contextmanager
    def served(self, sut: Sut, surroundings: Mapping[str, str] | None = None) -> Iterator[tuple[Server, Database]]:
        """The SUT, served on a table that it alone uses, with these environment variables beyond the usual; raises
        ServerError where it does not come up.
        """
        database, log = self.template.copy(sut.id), self.folder / f"{sut.id}.log"
        with servers.serve(sut, database.url, log, self.host, self.state, surroundings=surroundings) as server:
            yield server, database


@contextmanager
def open_for(suts: Sequence[Sut], workspace: Workspace) -> Iterator[Premises]:
    """Premises for these SUTs; raises UsageError for an app that does not work on the default database."""
    engine = databases.shared(sut.app for sut in suts)
    with ExitStack() as stack:
        folder = stack.enter_context(scratch(workspace.work / "fuzz"))
        template = stack.enter_context(engine.seeded(folder))
        yield Premises(stack.enter_context(local.host()), folder, workspace.state, template)
