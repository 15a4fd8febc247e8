"""How many answers of a SUT can wait at once, and which workloads that leaves out. Pure.

What speaks WSGI has a thread for each answer that waits, and the table of servers says how many there are; on an event
loop any number waits. With more users than threads, answers come no faster and each takes longer: a closed loop in
which users wait for seconds shows nothing more.
"""

from collections.abc import Iterator

from bench.contract.operations import WAITING
from bench.contract.workloads import WORKLOADS
from bench.model import Sut
from bench.words import counted, seconds

_PATIENCE_S = 1.0
"""The longest time for which a user may wait for an answer by such a count."""


def threads(sut: Sut, of_server: int) -> int | None:
    """How many answers of a SUT can wait at once, on a server of so many threads a worker; None: any number."""
    return of_server * sut.workers if sut.app.interface == "wsgi" else None


def left_out(sut: Sut, of_server: int, most_connections: int | None) -> Iterator[tuple[str, str]]:
    """The workloads for which the server of a SUT has too few threads, or answers too few connections at once, each
    with the reason.
    """
    count = threads(sut, of_server)
    for workload in WORKLOADS:
        users = workload.concurrency
        if not workload.wait_s or any(name in sut.app.unsupported for name in workload.operations):
            continue
        if most_connections is not None and users > most_connections:
            yield workload.id, f"{sut.server} answers no more than {most_connections} connections at once"
        elif count is not None and (wait_s := workload.wait_s * users / count) > _PATIENCE_S:
            yield (
                workload.id,
                f"{_runs_on(sut, count)}, so that each of {users:,} users would wait {seconds(wait_s)} or more",
            )


def remarks(sut: Sut, of_server: int) -> Iterator[str]:
    """What a reader of its figures must know, where it offers an operation that waits."""
    count = threads(sut, of_server)
    if count is not None and not sut.app.unsupported.keys() >= WAITING:
        yield f"{_runs_on(sut, count)}, so it waits for at most {counted(count, 'call')} of a service at a time."


def _runs_on(sut: Sut, count: int) -> str:
    return f"{sut.server} runs it on {counted(count, 'thread')}"
