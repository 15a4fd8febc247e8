"""`bench serve`: one app by itself, on a fresh database, until somebody ends it."""

from collections.abc import Callable

from bench.contract import database
from bench.host.guard import Guard
from bench.host.scratch import scratch
from bench.layout import STATE
from bench.model import Sut
from bench.suts import servers
from bench.suts.servers import Server


def serve(sut: Sut, port: int, ready: Callable[[Server], None]) -> None:
    """Serve on `port` (0 for any free one), tell `ready`, and wait; raises ServerError when the server dies."""
    with scratch(STATE / "work" / f"serve-{sut.app.id}") as folder, Guard() as guard:
        data = folder / "shop.db"
        database.create(data)
        with servers.serve(sut, data, folder / "server.log", guard, port=port or None) as server:
            ready(server)
            server.process.wait()
            server.check_alive()
