"""Apps asked the same at once, request by request, and told apart where they differ."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from bench.contract import hardening, shown
from bench.contract.client import Client
from bench.contract.message import Request
from bench.fuzz import differential, draws
from bench.fuzz.differential import Difference, Side
from bench.fuzz.finding import Finding, Fuzzed, Step
from bench.fuzz.premises import Premises
from bench.model import Sut
from bench.words import counted

_AT_A_TIME = 100
"""So many requests make a sequence: long enough for writes to meet and for requests to take more time than looks at the
tables, short enough to be shortened.
"""
_MOST_FINDINGS = 5


def compare(suts: Sequence[Sut], premises: Premises, *, seed: int, requests: int, asked_at: str, step: Step) -> Fuzzed:
    """Send so many requests to each SUT, drawn from `seed`, and stop after a few findings.

    Clauses of `hardening` are left out where one of the apps does not support them. `asked_at` is the URL where a
    reader will have a server.

    Raises ServerError where a server does not come up or dies.
    """
    hardened = not any(hardening.named(sut.app.unsupported) for sut in suts)
    findings: list[Finding] = []
    done = left_open = 0
    with ExitStack() as stack:
        sides = [_side(sut, premises, stack) for sut in suts]
        for steps in _sequences(seed, requests, hardened=hardened):
            difference = differential.play(sides, steps)
            done += len(steps)
            step(done / requests, "sequences of requests")
            if difference and difference.left_open:
                left_open += 1
            elif difference:
                findings.append(_finding(differential.shortened(sides, difference), asked_at))
                if len(findings) == _MOST_FINDINGS:
                    break
    open_ones = f"{counted(left_open, 'sequence')} differed only in what SPEC leaves open"
    return Fuzzed(done, tuple(findings), (open_ones,) if left_open else ())


def _sequences(seed: int, requests: int, *, hardened: bool) -> Iterator[Sequence[Request]]:
    for start in range(0, requests, _AT_A_TIME):
        lot = draws.Lot(f"{seed} {start}")
        yield draws.requests(lot, min(_AT_A_TIME, requests - start), hardened=hardened)


def _side(sut: Sut, premises: Premises, stack: ExitStack) -> Side:
    server, database = stack.enter_context(premises.served(sut))
    return Side(sut.id, stack.enter_context(Client(server.url)), database)


def _finding(difference: Difference, asked_at: str) -> Finding:
    lines: list[str] = []
    for request in difference.steps:
        lines.append(f"request  {request}")
        if curl := shown.curl(request, asked_at):
            lines.append(f"curl     {curl}")
    lines += [f"{name}: {summary}" for name, summary in difference.seen.items()]
    return Finding("told apart, which SPEC does not leave open", tuple(lines))
