"""Faults that one expectation alone finds are found, by a run of the one check that it stands in."""

import pytest

from bench.contract import verify as verification
from bench.contract.verify import CHECKS, verify
from bench.contract.violation import Violation
from bench.databases.sqlite import SqliteDatabase, SqliteTemplate
from tests.contract import narrow_answers, narrow_items, narrow_requests
from tests.contract.in_process import dialling
from tests.contract.narrow import NARROW, Narrow
from tests.contract.reference import Reference

assert narrow_answers and narrow_items and narrow_requests  # they enter theirs


def found(
    narrow: Narrow, database: SqliteDatabase, server: Reference, monkeypatch: pytest.MonkeyPatch
) -> list[Violation]:
    """What the one check finds."""
    monkeypatch.setattr(verification, "CHECKS", [check for check in CHECKS if check.run is narrow.check])
    dial = dialling(server)
    return verify("http://reference", database=database, seeded=narrow.needs_seed, dial=dial, log=server.news)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if NARROW[name].needs_seed else name for name in NARROW]
)
def test_a_narrow_fault_is_found_out(
    name: str, template: SqliteTemplate, small_template: SqliteTemplate, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = NARROW[name]
    database = (template if narrow.needs_seed else small_template).copy("narrow")
    violations = found(narrow, database, narrow.server(database.path), monkeypatch)
    assert narrow.clause in {violation.clause for violation in violations}
