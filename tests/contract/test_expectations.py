"""No expectation of the contract's checks could go without a test that fails.

Each is the only one that finds out some server with a fault, among all that the other tests have.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.contract import verify as verification
from bench.contract.clauses import Run
from bench.contract.verify import CHECKS, verify
from bench.databases.sqlite import SqliteTemplate
from tests.contract import narrow_answers, narrow_items, narrow_requests
from tests.contract.expectations import Way, expectations, watched
from tests.contract.hidden import SEEDED
from tests.contract.hidden_odd import HIDDEN
from tests.contract.in_process import dialling
from tests.contract.mutations import MUTATIONS
from tests.contract.narrow import NARROW
from tests.contract.reference import Reference
from tests.contract.test_hidden import SLOW
from tests.contract.test_verify import NEEDS_SEED

assert narrow_answers and narrow_items and narrow_requests  # they enter theirs

PREPARING = ("checks/freshness.py", "_expect_everywhere(shop, item, place)")
"""A look that only comes before another: what it finds, others find."""


@dataclass(frozen=True)
class Trial:
    """A server that breaks `clause`, the table that it has, and the one check that is tried where it is not all."""

    clause: str
    server: Callable[[Path], Reference]
    template: SqliteTemplate
    seeded: bool = False
    thorough: bool = False
    check: Run | None = None

    def ways(self) -> list[Way]:
        """The ways to all violations of the clause."""
        database = self.template.copy("trial")
        server = self.server(database.path)
        with pytest.MonkeyPatch.context() as patch, watched() as seen:
            if self.check:
                patch.setattr(verification, "CHECKS", [check for check in CHECKS if check.run is self.check])
            verify(
                "http://reference",
                database=database,
                seeded=self.seeded,
                only=None if self.check else {self.clause},
                thorough=self.thorough,
                dial=dialling(server),
                log=server.news,
            )
        return [way for clause, way in seen if clause == self.clause]


def trials(whole: SqliteTemplate, small: SqliteTemplate, some: SqliteTemplate) -> Iterator[Trial]:
    for clause, mutation in MUTATIONS.values():
        seeded = clause in NEEDS_SEED
        yield Trial(clause, mutation, whole if seeded else small, seeded)
    for name, hidden in HIDDEN.items():
        seeded = name in SEEDED
        yield Trial(hidden.clause, hidden.server, whole if seeded else some, seeded, hidden.clause in SLOW)
    for narrow in NARROW.values():
        template = whole if narrow.needs_seed else small
        yield Trial(narrow.clause, narrow.server, template, narrow.needs_seed, check=narrow.check)


@pytest.mark.slow
@pytest.mark.usefixtures("unhurried")
def test_each_expectation_alone_finds_a_fault(
    template: SqliteTemplate, small_template: SqliteTemplate, some_template: SqliteTemplate
) -> None:
    held: set[object] = set()
    for trial in trials(template, small_template, some_template):
        if ways := trial.ways():
            held |= frozenset.intersection(*ways)
    loose = [one for one in sorted(expectations() - held) if (one.file, one.text) != PREPARING]
    assert not loose, "\n".join(["no server shows that these are needed:", *map(str, loose)])
