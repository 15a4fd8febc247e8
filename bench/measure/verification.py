"""Checking apps of this folder against the contract: served for real, each on a database of its own."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import databases
from bench.contract.verify import verify
from bench.contract.violation import Violation
from bench.databases.protocol import Template
from bench.host import local
from bench.host.protocol import Host
from bench.host.scratch import scratch
from bench.model import Sut
from bench.suts import servers
from bench.workspace import Workspace

_AT_ONCE = 2
Report = Callable[[Sut, list[Violation]], None]


def verify_suts(
    suts: Sequence[Sut],
    workspace: Workspace,
    report: Report,
    *,
    database: str = databases.DEFAULT,
    only: Iterable[str] = (),
) -> dict[str, list[Violation]]:
    """Check several SUTs, two at a time; `report` is called with each as it ends; returns the violations by SUT id.

    Raises ServerError for the first that does not come up, and UsageError for a clause in `only` that does not exist,
    or an app that does not work on `database`.
    """
    engine = databases.shared((sut.app for sut in suts), database)
    clauses = set(only) or None
    violations: dict[str, list[Violation]] = {}
    # Left from the inside out: the host ends what still runs, so that nobody who interrupts waits for the checks.
    with (
        scratch(workspace.work / "verify") as folder,
        engine.seeded(folder) as template,
        ThreadPoolExecutor(_AT_ONCE) as pool,
        local.host() as host,
    ):
        ahead = [(sut, pool.submit(_verify, sut, host, folder, workspace.state, template, clauses)) for sut in suts]
        try:
            for sut, future in ahead:
                violations[sut.id] = future.result()
                report(sut, violations[sut.id])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return violations


def _verify(
    sut: Sut, host: Host, folder: Path, state: Path, template: Template, only: set[str] | None
) -> list[Violation]:
    database = template.copy(sut.id)
    with servers.serve(sut, database.url, folder / f"{sut.id}.log", host, state) as running:
        return verify(running.url, database=database, seeded=True, only=only, unsupported=sut.app.unsupported)
