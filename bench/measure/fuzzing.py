"""The apps of this folder asked the same at once, request by request, and told apart where they differ."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench import databases
from bench.contract import differential, draws, hardening
from bench.contract.client import Client
from bench.contract.differential import Difference, Side
from bench.contract.message import Request
from bench.host import local
from bench.host.scratch import scratch
from bench.model import Sut
from bench.suts import servers
from bench.workspace import Workspace

_AT_A_TIME = 50
"""So many requests make a sequence: long enough for writes to meet, short enough to be shortened."""


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """How many requests each app was sent, the shortest sequences that told them apart, and how many sequences differed
    only where the contract leaves it open.
    """

    requests: int
    findings: tuple[Difference, ...]
    left_open: int


def fuzz(
    suts: Sequence[Sut],
    workspace: Workspace,
    *,
    seed: int,
    requests: int,
    most_findings: int = 5,
    progress: Callable[[int], None] = lambda _: None,
) -> Fuzzed:
    """Send so many requests to each app, drawn from `seed`, and stop after so many findings.

    Clauses of `hardening` are left out where one of the apps does not support them. `progress` is called with the
    number of requests that are done.

    Raises ServerError where a server does not come up or dies, and UsageError for an app that does not work on the
    default database.
    """
    hardened = not any(hardening.named(sut.app.unsupported) for sut in suts)
    findings: list[Difference] = []
    done = left_open = 0
    with ExitStack() as stack:
        sides = _sides(suts, workspace, stack)
        for steps in _sequences(seed, requests, hardened=hardened):
            difference = differential.play(sides, steps)
            done += len(steps)
            progress(done)
            if difference is None:
                continue
            if difference.left_open:
                left_open += 1
                continue
            findings.append(differential.shortened(sides, difference))
            if len(findings) == most_findings:
                break
    return Fuzzed(done, tuple(findings), left_open)


def _sequences(seed: int, requests: int, *, hardened: bool) -> Iterator[Sequence[Request]]:
    for start in range(0, requests, _AT_A_TIME):
        lot = draws.Lot(f"{seed} {start}")
        yield draws.requests(lot, min(_AT_A_TIME, requests - start), hardened=hardened)


def _sides(suts: Sequence[Sut], workspace: Workspace, stack: ExitStack) -> list[Side]:
    """All of them served at once, each on a table of its own."""
    folder = stack.enter_context(scratch(workspace.work / "fuzz"))
    engine = databases.shared(sut.app for sut in suts)
    template = stack.enter_context(engine.seeded(folder))
    host = stack.enter_context(local.host())
    sides = []
    for sut in suts:
        database = template.copy(sut.id)
        serving = servers.serve(sut, database.url, folder / f"{sut.id}.log", host, workspace.state)
        client = stack.enter_context(Client(stack.enter_context(serving).url))
        sides.append(Side(sut.id, client, database))
    return sides
