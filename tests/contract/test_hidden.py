"""What is broken only where nobody looks is found out, by the clause that it breaks and by no other."""

from dataclasses import replace
from random import Random

import pytest

from bench.contract import hardening, operations
from bench.contract.verify import clauses, verify
from bench.contract.violation import Violation
from bench.databases.sqlite import SqliteDatabase
from tests.contract.hidden import SEEDED, Hidden
from tests.contract.hidden_odd import HIDDEN
from tests.contract.in_process import dialling
from tests.contract.reference import Reference, served

OPTIONAL = frozenset(clause for group in operations.OPTIONAL for clause in group.clauses)
"""Clauses that only some apps have; a server with a fault elsewhere is asked as one that has none of them."""
SLOW = {"model", "seed-rows", "server-error", "error-log"}
"""Clauses whose checks take long; they run for what breaks them, and through sockets."""


def test_no_clause_is_left_whole() -> None:
    assert {hidden.clause for hidden in HIDDEN.values()} == clauses()
    assert len(HIDDEN) >= 2 * len(clauses())


@pytest.mark.usefixtures("unhurried")
def test_a_server_that_hides_nothing_has_no_violation(some: SqliteDatabase) -> None:
    reference = Reference(some.path)
    assert verify("http://reference", database=some, only=clauses() - SLOW, dial=dialling(reference)) == []


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("name", sorted(HIDDEN.keys() - SEEDED))
def test_what_is_hidden_is_found_out(name: str, some: SqliteDatabase) -> None:
    """By the checks of its clause, and by none in a share of the others that is seeded with its name.

    Some faults show only while other clauses are asked about; then all of them are.
    """
    hidden, before = HIDDEN[name], some.rows()
    others = sorted(clauses() - SLOW - OPTIONAL)
    share = Random(name).sample(others, len(others) // 8)
    # A sample of pages has to do, but that only a thorough verification waits for locks more than once.
    thorough = hidden.clause in SLOW
    violations: list[Violation] = []
    for asked in (share, others):
        server = hidden.server(some.path)
        dial, only = dialling(server), {hidden.clause, *asked}
        violations = verify("http://reference", database=some, only=only, dial=dial, log=server.news, thorough=thorough)
        if violations:
            break
    expect_found(hidden, violations)
    assert some.rows() == before


def expect_found(hidden: Hidden, violations: list[Violation]) -> None:
    """What odd requests are answered with counts under their own clauses, whatever is wrong with it."""
    named = {violation.clause for violation in violations}
    assert hidden.clause in named
    assert named <= {hidden.clause, *hidden.also, *hardening.CLAUSES}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(HIDDEN))
def test_what_is_hidden_is_found_out_through_sockets(name: str, seeded: SqliteDatabase) -> None:
    hidden, before = HIDDEN[name], seeded.rows()
    server = hidden.server(seeded.path)
    without = () if hidden.clause in OPTIONAL else tuple(operations.left_out(()))
    with served(server) as url:
        violations = verify(
            url,
            database=seeded,
            seeded=True,
            unsupported=without,
            thorough=True,
            timeout_s=1,
            log=server.news,
        )
    expect_found(replace(hidden, also=hidden.also | {"model", "seed-rows"}), violations)
    assert seeded.rows() == before
