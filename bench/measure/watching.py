"""Checking one app over and over while it is written."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.contract.verify import in_order, unchecked
from bench.contract.violation import Violation
from bench.errors import BenchError
from bench.measure import verification
from bench.model import App, Sut
from bench.suts import code, discovery, environments
from bench.workspace import Workspace

_LOOK_S = 0.3


State = Literal["kept", "broken", "open"]
"""Of a clause; it stays open where its check gave up, because what it builds on is broken."""


_FIRST = ("list-items", "create-item")
"""Most checks begin with a new item, and many list the table."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of an app: the state of each clause, in the order of the checks, or the `trouble` that kept it from
    being served at all.
    """

    states: dict[str, State]
    violations: tuple[Violation, ...] = ()
    trouble: str = ""

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do."""
        return not self.trouble and self.count("kept") == len(self.states)

    def count(self, state: State) -> int:
        """How many clauses are in a state."""
        return list(self.states.values()).count(state)

    def worst(self, before: "Look | None") -> tuple[Violation, ...]:
        """The violations of one clause: of one that was kept `before`, else of one on which others rest, else of the
        first.
        """
        broken = [clause for clause, state in self.states.items() if state == "broken"]
        lost = [clause for clause in broken if before and before.states.get(clause) == "kept"]
        chosen = (lost or [clause for clause in _FIRST if clause in broken] or broken)[:1]
        return tuple(violation for violation in self.violations if [violation.clause] == chosen)


def looks(app: App, server: str | None, workspace: Workspace, only: Sequence[str] = ()) -> Iterator[Look]:
    """Look at an app now, and again whenever a file of its folder has changed, until it keeps what is checked.

    Whatever stands in its way, from the manifest to a server that dies, is a look too. Raises UsageError for a clause
    in `only` that does not exist.
    """
    wanted = in_order(only)
    while True:
        seen_of = _state(app.folder)
        look = _look(discovery.called(app), server, workspace, wanted)
        yield look
        if look.complete:
            return
        while _state(app.folder) == seen_of:
            time.sleep(_LOOK_S)


def _look(name: str, server: str | None, workspace: Workspace, wanted: Sequence[str]) -> Look:
    try:
        (app,) = discovery.choose(workspace.apps, (name,), lambda _: None)
        list(environments.prepare((app,), workspace.state))
        wanted = [clause for clause in wanted if clause not in unchecked(app.unsupported)]
        if not wanted:
            return Look({}, trouble="The app's manifest leaves out all that is asked for here.")
        gave_up: set[str] = set()
        by_sut = verification.verify_suts(
            (Sut.of(app, server),), workspace, lambda *_: None, only=wanted, gave_up=gave_up.add
        )
    except BenchError as error:
        return Look({}, trouble=str(error))
    violations = tuple(violation for every in by_sut.values() for violation in every)
    states: dict[str, State] = {clause: "open" if clause in gave_up else "kept" for clause in wanted}
    # A check may rest on a clause that was not asked for.
    return Look(states | {violation.clause: "broken" for violation in violations}, violations)


def _state(folder: Path) -> str:
    """What tells one state of the files from another; of files that vanish meanwhile, nothing."""
    try:
        return code.digest(folder)
    except OSError:
        return ""
