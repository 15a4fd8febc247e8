"""The ground that is another machine: an agent there does what is asked of it here. See Ground for what that is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from bench.databases.protocol import Template
from bench.environment import Environment, Network, Throttling
from bench.errors import AgentError
from bench.host.clock import Clock
from bench.host.dials import Dial
from bench.host.protocol import Cpus, Host
from bench.measure import two_machines
from bench.measure.asking import Asking
from bench.measure.ground import Stand, Verified
from bench.measure.here import LocalGround
from bench.measure.plan import Plan
from bench.measure.steward import Steward
from bench.measure.traces import Left, Traces
from bench.model import App, Sut
from bench.store.described import SutInfo
from bench.suts.environments import LeaveOut
from bench.suts.upstream import Upstream

What = ParamSpec("What")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class DistantStand:
    """See Stand. CPU clocks are read at the `dial`."""

    sut: Sut
    address: str
    port: int
    start_s: float
    cpu_count: int
    asking: Asking
    dial: Dial

    @property
    def url(self) -> str:
        """See Stand."""
        return f"http://{self.address}:{self.port}"

    def pids(self) -> tuple[int, ...]:
        """Those on its own machine."""
        return self._ask(Stand.pids)

    def database_pids(self) -> tuple[int, ...]:
        """Those on its own machine."""
        return self._ask(Stand.database_pids)

    def clocks(self) -> tuple[Clock, Clock]:
        """See Stand."""
        own, database = self._ask(Stand.clocks)
        return replace(own, dial=self.dial), replace(database, dial=self.dial)

    def memory_bytes(self) -> tuple[int, int]:
        """See Stand."""
        return self._ask(Stand.memory_bytes)

    def pin(self) -> None:
        """See Stand."""
        self._ask(Stand.pin)

    def traces(self) -> Traces:
        """See Stand."""
        return self._ask(Stand.traces)

    def left(self, before: Traces) -> Left:
        """See Stand."""
        return self._ask(Stand.left, before)

    def restore(self, stock: int = 0) -> None:
        """See Stand."""
        self._ask(Stand.restore, stock)

    def check_alive(self) -> None:
        """See Stand."""
        self._ask(Stand.check_alive)

    def ask_to_stop(self) -> None:
        """See Stand."""
        self._ask(Stand.ask_to_stop)

    def _ask(self, what: Callable[Concatenate[Any, What], Answer], *arguments: What.args, **_: What.kwargs) -> Answer:
        answer: Answer = self.asking(Steward.stand, self.sut.id, what.__name__, *arguments)
        return answer


@dataclass(frozen=True, slots=True)
class DistantField:
    """See Field. Servers are reached at `address`."""

    asking: Asking
    address: str
    dial: Dial
    cpus: Cpus
    templates: Mapping[str, Template] = field(default_factory=dict)

    @property
    def upstream(self) -> Upstream:
        """None here: it stands beside the servers, and so shares no CPU with the generator."""
        return Upstream()

    @contextmanager
    def stand(self, sut: Sut) -> Iterator[DistantStand]:
        """See Field."""
        port, start_s, cpu_count = self.asking(Steward.put_up, sut)
        try:
            yield DistantStand(sut, self.address, port, start_s, cpu_count, self.asking, self.dial)
        finally:
            with suppress(AgentError):  # without its guest the agent takes everything down by itself
                self.asking(Steward.take_down, sut.id)

    def cpu_times(self) -> Any:
        """See Field."""
        return self.asking(Steward.cpu_times)

    def throttling(self) -> Throttling:
        """See Field."""
        return self.asking(Steward.throttling)

    def loop_us(self) -> tuple[float, ...]:
        """See Field."""
        return self.asking(Steward.loop_us)


@dataclass(frozen=True, slots=True)
class DistantGround:
    """See Ground. `here` is this machine; `one_machine` says that the agent is on it all the same."""

    asking: Asking
    here: LocalGround
    address: str
    dial: Dial
    network: Network
    one_machine: bool

    @property
    def host(self) -> Host:
        """See Ground."""
        return self.here.host

    def require(self, names: Iterable[str]) -> None:
        """See Ground."""
        self.asking(Steward.require, tuple(names))

    def prepare(self, apps: Sequence[App], leave_out: LeaveOut | None) -> Iterator[App]:
        """See Ground."""
        made, broken = self.asking.at_length(Steward.prepare, tuple(apps))
        for app in apps:
            if error := broken.get(str(app)):
                if leave_out is None:
                    raise error
                leave_out(app, error)
            if str(app) in made:
                yield app

    def verify(self, suts: Sequence[Sut], *, whole: bool) -> Verified:
        """The agent asks its servers itself: the contract is the same over every network."""
        return self.asking.at_length(Steward.verify, tuple(suts), whole)

    def facts(self) -> Environment:
        """Those of both machines."""
        return self._together(self.asking(Steward.facts))

    def environment(self, plan: Plan) -> Environment:
        """That of both machines."""
        there = plan if self.one_machine else two_machines.apart(plan, self.dial.door)
        return self._together(self.asking(Steward.environment, there))

    def suts(self, plan: Plan) -> tuple[SutInfo, ...]:
        """See Ground."""
        return self.asking(Steward.suts, plan)

    @contextmanager
    def field(self, plan: Plan, scratch: Path) -> Iterator[DistantField]:  # noqa: ARG002  (see Ground)
        """See Ground."""
        cpus = self.asking(Steward.open, plan)
        try:
            yield DistantField(self.asking, self.address, self.dial, cpus)
        finally:
            with suppress(AgentError):
                self.asking(Steward.close)

    def _together(self, there: Environment) -> Environment:
        return two_machines.environment(there, self.here.facts(), self.network, one_machine=self.one_machine)
