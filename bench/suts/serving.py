"""`bench serve`: one app by itself, on a fresh database, until somebody ends it."""

from collections.abc import Callable

from bench import databases
from bench.host import local
from bench.host.scratch import scratch
from bench.model import Sut
from bench.suts import servers, upstream
from bench.suts.servers import Server
from bench.workspace import Workspace


def serve(sut: Sut, port: int, workspace: Workspace, ready: Callable[[Server], None]) -> None:
    """Serve on `port` (0 for any free one), call `ready`, and wait.

    Raises ServerError where the server dies, and UsageError for an app that does not work on its database.
    """
    with (
        scratch(workspace.work / f"serve-{sut.id}") as folder,
        databases.shared((sut.app,), sut.key.database).seeded(folder) as template,
        local.host() as host,
        upstream.running(host, folder / "upstream.log", needed=upstream.calls((sut,))) as called,
        servers.serve(
            sut,
            template.copy("shop").url,
            folder / "server.log",
            host,
            workspace.state,
            port=port,
            surroundings=called.surroundings,
        ) as server,
    ):
        ready(server)
        server.process.wait()
        server.check_alive()
