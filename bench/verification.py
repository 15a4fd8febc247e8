"""Checking an app of this folder against the contract: served for real, on a database of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import launch, rounds, servers
from bench.errors import BenchError
from bench.guard import Guard
from bench.layout import STATE
from bench.model import App, Sut
from bench.spec import database
from bench.spec.verify import verify
from bench.spec.violation import Violation

_AT_ONCE = 2
Report = Callable[[App, list[Violation]], None]


def verify_app(
    app: App, guard: Guard, folder: Path, *, server: str = launch.COMMON, only: Iterable[str] = ()
) -> list[Violation]:
    """Serve `app` on a fresh database in `folder` and check it; raises ServerError when it does not come up."""
    data = folder / f"verify-{app.id}.db"
    database.create(data)
    with servers.serve(Sut(app.name, app, server), data, folder / f"verify-{app.id}.log", guard) as running:
        return verify(running.url, database=data, seeded=True, only=set(only) or None)


def verify_apps(
    apps: Iterable[App], told: Report, *, server: str = launch.COMMON, only: Iterable[str] = ()
) -> dict[str, list[Violation]]:
    """Check several apps, two at a time; `told` hears of each as it ends. The first that does not even start ends it
    all.
    """
    wanted = tuple(only)
    with (
        rounds.scratch(STATE / "work" / f"verify-{id(told):x}") as folder,
        Guard() as guard,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        ahead = [(app, pool.submit(verify_app, app, guard, folder, server=server, only=wanted)) for app in apps]
        found: dict[str, list[Violation]] = {}
        try:
            for app, future in ahead:
                found[app.id] = future.result()
                told(app, found[app.id])
        except (BenchError, KeyboardInterrupt):
            pool.shutdown(cancel_futures=True)
            raise
    return found
