"""Bytes that no proper client sends: a server answers or closes, fails in nothing, and serves whoever comes next."""

from collections.abc import Mapping, Sequence

from bench.contract.backdoor import Backdoor
from bench.contract.client import Client, NoAnswer
from bench.contract.message import Dialogue, Request
from bench.errors import ServerError
from bench.fuzz import bursts
from bench.fuzz.bursts import Burst
from bench.fuzz.draws import Lot
from bench.fuzz.finding import Finding, Fuzzed, Step
from bench.fuzz.premises import Premises
from bench.model import Item, Sut

_ANYTHING = Request("GET", "/")
"""What is answered to bytes of which nobody can say what they ask."""
_MOST_ANSWERS = 4
NEXT = Request("GET", "/plaintext")
"""What is asked after each burst: a server that still serves answers it."""
_NOT_SPOKEN = (501, 505)
"""A server says so of methods, codings and versions that it does not know."""
_MOST_FINDINGS = 5
_LOOKS_EVERY = 200
"""So many bursts are sent between two looks at the table."""


def send(suts: Sequence[Sut], premises: Premises, *, seed: int, requests: int, step: Step) -> Fuzzed:
    """Send so many bursts to each SUT, drawn from `seed`, and stop with one after a few findings.

    Raises ServerError where a server does not come up or dies.
    """
    findings, fewest = list[Finding](), requests
    for number, sut in enumerate(suts):
        with premises.served(sut) as (server, database), Client(server.url) as client:
            seen, done = list[Finding](), 0
            while done < requests and len(seen) < _MOST_FINDINGS:
                lot = Lot(f"{seed} {done}")
                drawn = [bursts.draw(lot) for _ in range(min(_LOOKS_EVERY, requests - done))]
                seen += [Finding(f"{sut.id}: {what}", lines) for what, lines in faults(client, database, drawn)]
                done += len(drawn)
                step((number + done / requests) / len(suts), sut.id)
            server.check_alive()
        findings, fewest = [*findings, *seen], min(fewest, done)
    return Fuzzed(fewest, tuple(findings))


def faults(client: Client, database: Backdoor, drawn: Sequence[Burst]) -> list[tuple[str, tuple[str, ...]]]:
    """What a server did wrong under these bursts, and after which; the table is put back."""
    before = database.rows()
    seen: list[tuple[str, tuple[str, ...]]] = [
        (what, (f"sent  {burst}",)) for burst in drawn if (what := fault(client, burst))
    ]
    if not _miswritten(database, before, drawn):
        return seen
    for burst in drawn:
        fault(client, burst)
        if alone := _miswritten(database, before, [burst]):
            return [*seen, (alone, (f"sent  {burst}",))]
    return [*seen, ("rows that nobody wrote, after all of these", tuple(f"sent  {burst}" for burst in drawn))]


def fault(client: Client, burst: Burst) -> str:
    """What a server did wrong with a burst, or with the request after it; empty if nothing."""
    try:
        dialogue = play(client, burst)
        after = client.send(NEXT)
    except NoAnswer as silence:
        return f"afterwards, to {silence.request}: {silence.what}"
    except ServerError as gone:
        return str(gone)
    if after.status != 200:
        return f"afterwards, to {after.request}: {after.summary()}"
    return _judged(dialogue, burst)


def play(client: Client, burst: Burst) -> Dialogue:
    """Send a burst over a connection of its own; raises ServerError where none can be opened."""
    expected = len(burst.statuses) or _MOST_ANSWERS * burst.ends
    return client.exchange(burst.segments, [_ANYTHING] * expected, ends=burst.ends, until_closed=False, pause_s=0)


def _judged(dialogue: Dialogue, burst: Burst) -> str:
    statuses = tuple(answer.status for answer in dialogue.answers)
    if any(status >= 500 and status not in _NOT_SPOKEN for status in statuses):
        return f"a failure of its own: {dialogue.summary()}"
    if dialogue.hung:
        return f"neither an answer nor an end: {dialogue.summary()}"
    if burst.statuses and (not statuses or statuses != burst.statuses[: len(statuses)]):
        return f"not {', '.join(map(str, burst.statuses))}, but: {dialogue.summary()}"
    return ""


def _miswritten(database: Backdoor, before: Mapping[int, Item], drawn: Sequence[Burst]) -> str:
    """What these bursts have written that they should not have; the table is put back."""
    after = database.rows()
    database.repair(before, after)
    more, most = len(after) - len(before), sum(burst.rows for burst in drawn)
    if not 0 <= more <= most:
        return f"{more} rows more than before, where at most {most} were asked for"
    changed = sorted(key for key in before if after.get(key) != before[key])
    return f"rows were changed that nobody wrote: {changed[:5]}" if changed else ""
