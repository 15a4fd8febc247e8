"""The memory of a server under one kind of request after the other: it may jump, but not go on growing.

What counts is what is left when the rows that it was sent are gone again, and when it has collected its garbage and
given back what is free: a database that is read within the server, as SQLite is, keeps pages of a table that grows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bench.contract import hardening
from bench.contract.client import Client, NoAnswer
from bench.contract.message import Request
from bench.contract.seed import ROWS
from bench.fuzz import bursts, draws, garbage, raw
from bench.fuzz.draws import Lot
from bench.fuzz.finding import Finding, Fuzzed, Step
from bench.fuzz.premises import Premises
from bench.model import Sut
from bench.statistics.slope import slope
from bench.words import si

LIMIT_BYTES = 100.0
"""The most that a request may leave behind: at a thousand requests a second, a gigabyte in three hours."""
FEWEST = 240
"""The fewest requests of a kind that show anything: caches fill, and allocators take memory in pieces."""
_LOOKS = 12
_DOUBLINGS = 4
"""How often a kind under which memory seems to grow gets twice as many requests: a jump is then left behind."""
_WARM_UP = 30
"""Requests of each kind that are sent before any is watched: memory is taken in pieces that serve them all."""

Ask = Callable[[], None]
Look = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Grown:
    """How many bytes a request of a kind left behind, at the end of so many requests."""

    kind: str
    bytes_per_request: float
    requests: int


def watch(suts: Sequence[Sut], premises: Premises, *, seed: int, requests: int, step: Step) -> Fuzzed:
    """Send `requests` requests to each SUT, of all kinds together and drawn from `seed`, or as many as show something.

    Raises ServerError where a server does not come up or dies.
    """
    findings, notes, sent = list[Finding](), list[str](), list[int]()
    for number, sut in enumerate(suts):
        kinds: list[Grown] = []
        for done, grown in _by_kind(sut, premises, seed, requests):
            kinds.append(grown)
            step((number + done) / len(suts), f"{sut.id}, {grown.kind}")
        sent.append(sum(grown.requests for grown in kinds))
        steepest = max(kinds, key=lambda grown: grown.bytes_per_request)
        notes.append(f"{sut.id}: memory grew by {_stated(steepest)}, and by less with the other {len(kinds) - 1} kinds")
        findings += [
            Finding(f"{sut.id}: memory grows by {_stated(grown)}; at most {LIMIT_BYTES:g} are allowed", ())
            for grown in kinds
            if grown.bytes_per_request > LIMIT_BYTES
        ]
    return Fuzzed(min(sent), tuple(findings), tuple(notes))


def grown(kind: str, ask: Ask, look: Look, requests: int) -> Grown:
    """Ask a server in one way until its memory is seen to stay, or to go on growing.

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
    """Bytes left behind by a request, over so many requests."""
    numbers, sizes = list[int](), list[int]()
    for number in range(1, requests + 1):
        ask()
        if number % max(requests // _LOOKS, 1) == 0:
            numbers.append(number)
            sizes.append(look())
    return slope(numbers, sizes)


def _by_kind(sut: Sut, premises: Premises, seed: int, requests: int) -> Iterator[tuple[float, Grown]]:
    """Watch one kind after the other; yields the share of kinds that is done, and how memory grew."""
    ports = premises.folder / f"garbage-{sut.id}"
    surroundings = garbage.surroundings(ports)
    with premises.served(sut, surroundings) as (server, database), Client(server.url) as client:
        pids, before = server.pids(), database.rows()

        def look() -> int:
            database.repair(before, database.rows())
            garbage.collect(ports, pids)
            return premises.host.memory_now_bytes(pids)

        askers = _askers(client, seed, hardened=not hardening.named(sut.app.unsupported))
        per_kind = max(requests // len(askers), FEWEST)
        _warm_up(client, askers.values())
        for number, (kind, ask) in enumerate(askers.items(), 1):
            yield number / len(askers), grown(kind, ask, look, per_kind)
            database.repair(before, database.rows())
        server.check_alive()


def _askers(client: Client, seed: int, *, hardened: bool) -> dict[str, Ask]:
    """Send a request of each kind, drawn anew each time."""
    requests: dict[str, Ask] = {
        kind: partial(_send, client, draw, Lot(f"{seed} {kind}"))
        for kind, draw in draws.kinds(hardened=hardened).items()
    }
    series = {kind: partial(_burst, client, draw, Lot(f"{seed} {kind}")) for kind, draw in bursts.KINDS.items()}
    return requests | series


def _warm_up(client: Client, askers: Iterable[Ask]) -> None:
    """Let drivers fill their caches and allocators take their memory before anything is watched."""
    for offset in range(0, ROWS, 100):
        client.send(Request("GET", f"/items?offset={offset}&limit=100"))
    for ask in askers:
        for _ in range(_WARM_UP):
            ask()


def _send(client: Client, draw: draws.Draw, lot: Lot) -> None:
    with suppress(NoAnswer):  # the other ways of fuzzing find that
        client.send(draw(lot))


def _burst(client: Client, draw: bursts.Draw, lot: Lot) -> None:
    """Send a burst, and wait until the server has done with it.

    A server that drops a connection may go on with its request: without an ordinary request behind each burst, what
    looks like growth would be bursts that queue.
    """
    raw.play(client, draw(lot))
    _send(client, lambda _: raw.NEXT, lot)


def _stated(grown: Grown) -> str:
    return f"{si(grown.bytes_per_request)} bytes with each request of the kind `{grown.kind}`, of {grown.requests:,}"
