"""The far end of the questions of `distant`: what an agent does on the ground that is its own machine.

Plans, SUTs and apps come from another checkout of the same commit; here they stand for those of this one.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from bench.environment import Environment, Throttling
from bench.errors import BenchError
from bench.host.protocol import Cpus
from bench.host.scratch import scratch
from bench.measure.ground import Verified
from bench.measure.here import LocalField, LocalGround, LocalStand
from bench.measure.plan import Plan
from bench.model import App, Sut
from bench.store.described import SutInfo
from bench.suts import discovery

Prepared = tuple[frozenset[str], dict[str, BenchError]]
"""The apps whose environments were made, and those that cannot be made ready, each with the reason."""


class Steward:
    """Each method answers a question; what is up ends with `close`."""

    def __init__(self, ground: LocalGround) -> None:
        self._ground = ground
        self._open = ExitStack()
        self._field: LocalField
        self._stands: dict[str, tuple[LocalStand, ExitStack]] = {}

    def require(self, databases: Sequence[str]) -> None:
        """See Ground."""
        self._ground.require(databases)

    def prepare(self, apps: Sequence[App]) -> Prepared:
        """See Ground."""
        broken: dict[str, BenchError] = {}
        ready = self._ground.prepare(self._own(apps), lambda app, error: broken.update({str(app): error}))
        return frozenset(map(str, ready)), broken

    def verify(self, suts: Sequence[Sut], whole: bool) -> Verified:
        """See Ground."""
        return self._ground.verify(self._own_suts(suts), whole=whole)

    def facts(self) -> Environment:
        """See Ground."""
        return self._ground.facts()

    def environment(self, plan: Plan) -> Environment:
        """See Ground."""
        return self._ground.environment(self._own_plan(plan))

    def suts(self, plan: Plan) -> tuple[SutInfo, ...]:
        """See Ground."""
        return self._ground.suts(self._own_plan(plan))

    def open(self, plan: Plan) -> Cpus:
        """Make the field ready; returns the CPUs of its servers."""
        aside = self._open.enter_context(scratch(self._ground.workspace.work / "agent"))
        self._field = self._open.enter_context(self._ground.field(self._own_plan(plan), aside))
        return self._field.cpus

    def close(self) -> None:
        """Take down and put away what is there."""
        self._open.close()

    def put_up(self, sut: Sut) -> tuple[int, float, int]:
        """Serve a SUT; returns its port, how many seconds its start took, and how many CPUs it may use."""
        (own,) = self._own_suts((sut,))
        with ExitStack() as stack:
            stand = stack.enter_context(self._field.stand(own))
            self._stands[sut.id] = stand, stack.pop_all()
        self._open.callback(self.take_down, sut.id)
        return stand.port, stand.start_s, stand.cpu_count

    def take_down(self, sut_id: str) -> None:
        """End a SUT, unless it is down."""
        if sut_id in self._stands:
            _, stack = self._stands.pop(sut_id)
            stack.close()

    def stand(self, sut_id: str, what: str, *arguments: Any) -> Any:
        """Ask the stand of a SUT; see Stand."""
        stand, _ = self._stands[sut_id]
        return getattr(stand, what)(*arguments)

    def cpu_times(self) -> Any:
        """See Field."""
        return self._field.cpu_times()

    def throttling(self) -> Throttling:
        """See Field."""
        return self._field.throttling()

    def loop_us(self) -> tuple[float, ...]:
        """See Field."""
        return self._field.loop_us()

    def _own_plan(self, plan: Plan) -> Plan:
        return replace(plan, suts=self._own_suts(plan.suts))

    def _own_suts(self, suts: Sequence[Sut]) -> tuple[Sut, ...]:
        apps = self._own([sut.app for sut in suts])
        return tuple(replace(sut, app=app) for sut, app in zip(suts, apps, strict=True))

    def _own(self, apps: Sequence[App]) -> tuple[App, ...]:
        """The apps of the same names in this checkout; raises BenchError for one that is broken, or not there."""
        names = [discovery.called(app) for app in apps]
        by_name = {
            discovery.called(app): app
            for app in discovery.choose(self._ground.workspace.apps, dict.fromkeys(names), lambda _: None)
        }
        return tuple(by_name[name] for name in names)
