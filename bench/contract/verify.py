"""The whole contract, checked from outside against any server."""

import socket
from collections.abc import Callable, Collection
from contextlib import suppress

from bench.contract import hardening, operations, sequences, table
from bench.contract.backdoor import Backdoor
from bench.contract.checks import (
    answers,
    calling,
    connections,
    crowds,
    faults,
    field_rules,
    freshness,
    labels,
    odd_requests,
    orders,
    pages,
    price_lists,
    reading,
    refusals,
    seed_rows,
    streaming,
    writing,
)
from bench.contract.checks import hardening as hardening_checks
from bench.contract.clauses import ClauseCheck
from bench.contract.client import Client, Dial, NoAnswer
from bench.contract.shop import GaveUp, Log, Shop
from bench.contract.violation import Findings, Violation
from bench.errors import DatabaseLocked, ServerError, UsageError

_HUNG = 5
"""After so many requests in a row without an answer, further ones would show nothing new and take hours."""

CHECKS: tuple[ClauseCheck, ...] = (
    *answers.check,
    *connections.check,
    *odd_requests.check,
    *reading.check,
    *writing.check,
    *freshness.check,
    *refusals.check,
    *field_rules.check,
    *pages.check,
    *orders.check,
    *labels.check,
    *price_lists.check,
    *calling.check,
    *streaming.check,
    ClauseCheck(("model",), sequences.try_sequences),
    *seed_rows.check,
    *crowds.check,
    *faults.check,
    *hardening_checks.check,
)


def verify(
    base_url: str,
    *,
    database: Backdoor | None = None,
    seeded: bool = False,
    progress: Callable[[str], None] | None = None,
    only: Collection[str] | None = None,
    unsupported: Collection[str] = (),
    timeout_s: float = 5.0,
    log: Log | None = None,
    asked_at: str = "",
    thorough: bool = False,
    gave_up: Callable[[str], None] = lambda _: None,
    dial: Dial = socket.create_connection,
) -> list[Violation]:
    """Check a server against `apps/SPEC.md`, and leave its table as it was found.

    `database` is the one that the server uses: then writes are looked up there, and rows are changed behind the
    server's back. `seeded` says that the table holds the rows of `seed`. `only` names clauses; others may still be
    reported where a chosen one rests on them. Clauses of `hardening` that are `unsupported`, by their names or by that
    of the group, are left out, as are those of an optional group with an operation that is. `progress` is called with
    the clauses as their checks begin, and `gave_up` with each clause that could not be settled, because what its check
    builds on is broken. `log` gives what the server says, and `asked_at` is the URL where a reader will have it, if not
    here. Where the checks are to be `thorough`, every page, item and stretch is looked at and every kind of write meets
    a lock; else a seeded sample, and one write.

    Raises UsageError for an unknown clause or a URL that is none, ServerError where no server answers, and
    DatabaseError where the database cannot be used. `dial` opens the connections.
    """
    chosen = _choose(only, unchecked(unsupported), seeded=seeded)
    findings = Findings()
    with Client(base_url, timeout_s, dial) as client:
        shop = Shop(client, findings, database, log, asked_at, thorough=thorough)
        client.connect()
        with table.kept(shop):
            for check in chosen:
                hopeless = shop.unreadable or client.hung_in_a_row >= _HUNG
                if hopeless or not _run(check, shop, progress):
                    for clause in check.clauses:
                        gave_up(clause)
    return findings.violations()


def clauses() -> frozenset[str]:
    """The names of all clauses that are checked."""
    return frozenset(in_order())


def in_order(only: Collection[str] = ()) -> tuple[str, ...]:
    """The clauses in the order of their first checks, or those in `only`; raises UsageError for an unknown one."""
    every = tuple(dict.fromkeys(name for check in CHECKS for name in check.clauses))
    if unknown := sorted(set(only) - set(every)):
        raise UsageError(f"The contract has no clause {', '.join(unknown)}; it has: {', '.join(sorted(every))}.")
    return tuple(name for name in every if name in only) if only else every


def unchecked(unsupported: Collection[str]) -> frozenset[str]:
    """The clauses that are not checked of an app that names these unsupported."""
    return hardening.named(unsupported) | operations.clauses_without(unsupported)


def _choose(only: Collection[str] | None, without: frozenset[str], *, seeded: bool) -> list[ClauseCheck]:
    wanted = set(in_order(only or ())) - without
    return [check for check in CHECKS if wanted & set(check.clauses) and (seeded or check not in seed_rows.check)]


def _run(check: ClauseCheck, shop: Shop, progress: Callable[[str], None] | None) -> bool:
    """Whether the check came to its end."""
    settled = False
    shop.clause = check.clauses[0]
    shop.manner.begin(shop.clause)
    if progress:
        progress(", ".join(check.clauses))
    try:
        with suppress(GaveUp):
            check.run(shop)
            settled = True
        if hardening.covers(shop.clause):
            # What odd requests did to the connection is no fault of the next check's.
            shop.client.close()
        with suppress(GaveUp):
            shop.clear()
    except NoAnswer as fault:
        shop.note_silence(fault, "an answer")
    except DatabaseLocked as fault:
        # A server that has not committed holds the lock for which everybody else waits.
        shop.note("a write from another connection", "a database that is not locked", str(fault), "write-persists")
    except ServerError as fault:
        raise ServerError(f"{fault} It answered until `{shop.clause}` was checked.") from fault
    return settled
