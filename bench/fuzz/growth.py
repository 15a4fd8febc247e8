"""The memory of a server under one kind of request after the other: it may jump, but not go on growing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bench.contract import hardening
from bench.contract.client import Client, NoAnswer
from bench.contract.message import Request
from bench.contract.seed import ROWS
from bench.fuzz import bursts, draws, raw
from bench.fuzz.draws import Lot
from bench.fuzz.finding import Finding, Fuzzed, Step
from bench.fuzz.premises import Premises
from bench.model import Sut
from bench.statistics.slope import slope
from bench.words import si

LIMIT_BYTES = 100.0
"""A request may leave so much behind: at a thousand requests a second, that is a gigabyte in three hours."""
FEWEST = 240
"""So few requests of a kind show nothing: caches fill, and allocators take memory in pieces."""
_LOOKS = 12
_DOUBLINGS = 4
"""A kind under which memory seems to grow is given twice as many requests, so often: a jump is then left behind."""

_OF_EACH_BEFORE = 30
"""So many requests of each kind are sent before any is watched: memory is taken in pieces that serve them all."""

Ask = Callable[[], None]
Look = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Grown:
    """How many bytes a request left behind at the end of so many."""

    kind: str
    bytes_per_request: float
    requests: int


def watch(suts: Sequence[Sut], premises: Premises, *, seed: int, requests: int, step: Step) -> Fuzzed:
    """Send so many requests of all kinds together to each SUT, drawn from `seed`, or as many as show something.

    Raises ServerError where a server does not come up or dies.
    """
    findings, notes, sent = list[Finding](), list[str](), list[int]()
    for number, sut in enumerate(suts):
        every: list[Grown] = []
        for done, grown in _kinds(sut, premises, seed, requests):
            every.append(grown)
            step((number + done) / len(suts), f"{sut.id}, {grown.kind}")
        sent.append(sum(grown.requests for grown in every))
        steepest = max(every, key=lambda grown: grown.bytes_per_request)
        notes.append(f"{sut.id}: memory grew by {_said(steepest)}, and by less with the other {len(every) - 1} kinds")
        findings += [
            Finding(f"{sut.id}: memory grows by {_said(grown)}; at most {LIMIT_BYTES:g} are allowed", ())
            for grown in every
            if grown.bytes_per_request > LIMIT_BYTES
        ]
    return Fuzzed(min(sent), tuple(findings), tuple(notes))


def grown(kind: str, ask: Ask, look: Look, requests: int) -> Grown:
    """Ask a server in one way until its memory is seen to stay as it is, or to grow for good.

    The first quarter of the `requests` warms it up. Each further stretch is judged by itself.
    """
    _stretch(ask, look, max(requests // 4, _LOOKS))
    sent, stretch = max(requests // 4, _LOOKS), max(requests - requests // 4, _LOOKS)
    for _ in range(_DOUBLINGS + 1):
        rate = _stretch(ask, look, stretch)
        sent += stretch
        if rate <= LIMIT_BYTES:
            break
        stretch *= 2
    return Grown(kind, rate, sent)


def _stretch(ask: Ask, look: Look, requests: int) -> float:
    """Bytes a request over so many."""
    at, seen = list[int](), list[int]()
    for number in range(1, requests + 1):
        ask()
        if number % max(requests // _LOOKS, 1) == 0:
            at.append(number)
            seen.append(look())
    return slope(at, seen)


def _kinds(sut: Sut, premises: Premises, drawn_from: int, requests: int) -> Iterator[tuple[float, Grown]]:
    """Each kind with the share of them that is then done."""
    with premises.served(sut) as (server, database), Client(server.url) as client:
        pids, before = server.pids(), database.rows()
        askers = _askers(client, drawn_from, hardened=not hardening.named(sut.app.unsupported))
        of_each = max(requests // len(askers), FEWEST)
        _warm_up(client, askers.values())
        for number, (kind, ask) in enumerate(askers.items(), 1):
            yield number / len(askers), grown(kind, ask, lambda: premises.host.memory_now_bytes(pids), of_each)
            database.repair(before, database.rows())
        server.check_alive()


def _askers(client: Client, drawn_from: int, *, hardened: bool) -> dict[str, Ask]:
    """What sends a request of each kind, drawn anew each time."""
    sent: dict[str, Ask] = {
        kind: partial(_send, client, draw, Lot(f"{drawn_from} {kind}"))
        for kind, draw in draws.kinds(hardened=hardened).items()
    }
    burst = {kind: partial(_burst, client, draw, Lot(f"{drawn_from} {kind}")) for kind, draw in bursts.KINDS.items()}
    return sent | burst


def _warm_up(client: Client, askers: Iterable[Ask]) -> None:
    """So that what a driver keeps of the table and an allocator keeps for all is there before anything is watched."""
    for offset in range(0, ROWS, 100):
        client.send(Request("GET", f"/items?offset={offset}&limit=100"))
    for ask in askers:
        for _ in range(_OF_EACH_BEFORE):
            ask()


def _send(client: Client, draw: draws.Draw, lot: Lot) -> None:
    with suppress(NoAnswer):  # another way finds that
        client.send(draw(lot))


def _burst(client: Client, draw: bursts.Draw, lot: Lot) -> None:
    """Send a burst, and wait until the server has done with it.

    A server that drops a connection may go on with its request: without an ordinary request behind each burst, what
    looks like growth would be bursts that queue.
    """
    raw.play(client, draw(lot))
    _send(client, lambda _: raw.NEXT, lot)


def _said(grown: Grown) -> str:
    return f"{si(grown.bytes_per_request)} bytes with each request of the kind `{grown.kind}`, of {grown.requests:,}"
