"""The ground that a run is measured on: the machine that its servers are on, as far as a run asks it. What asks, counts
rounds and keeps them is always on the machine of the load generator; the ground may be that machine or another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bench.analysis.sent import Sent
from bench.contract.violation import Violation
from bench.databases.protocol import Template
from bench.environment import Environment, Throttling
from bench.errors import ServerError
from bench.host.clock import Clock
from bench.host.protocol import Cpus, Host
from bench.measure.plan import Plan
from bench.measure.traces import Left, Traces
from bench.model import App, Sut
from bench.store.described import SutInfo
from bench.suts.environments import LeaveOut
from bench.suts.upstream import Upstream


class Stand(Protocol):
    """One SUT that is up, on a database of its own."""

    @property
    def sut(self) -> Sut:
        """What is served."""

    @property
    def address(self) -> str:
        """The address at which the generator reaches it."""

    @property
    def port(self) -> int:
        """Its port there."""

    @property
    def url(self) -> str:
        """Both, without a path."""

    @property
    def start_s(self) -> float:
        """So many seconds after its start it answered, on its own machine."""

    @property
    def cpu_count(self) -> int:
        """How many CPUs it may use."""

    def pids(self) -> tuple[int, ...]:
        """Its process tree, as it is now."""

    def database_pids(self) -> tuple[int, ...]:
        """The processes of its database besides its own."""

    def clocks(self) -> tuple[Clock, Clock]:
        """The CPU clocks of its processes and of those of its database, as they are now."""

    def memory_bytes(self) -> tuple[int, int]:
        """The largest sizes that its processes ever had, and what they have now with shared pages divided; see Host."""

    def pin(self) -> None:
        """Move it onto its CPUs."""

    def traces(self) -> Traces:
        """How it is now."""

    def left(self, before: Traces) -> Left:
        """What it has left since then."""

    def restore(self, stock: int = 0) -> None:
        """Put its table back; see Database."""

    def check_alive(self) -> None:
        """Raise ServerError, with the end of its log, if it has died."""

    def ask_to_stop(self) -> None:
        """Ask it to end and do not wait."""


class Field(Protocol):
    """The ground while rounds are done on it."""

    @property
    def cpus(self) -> Cpus:
        """The CPUs of servers."""

    @property
    def templates(self) -> Mapping[str, Template]:
        """The seeded tables by database, for what is measured beside servers; empty on another machine."""

    @property
    def upstream(self) -> Upstream:
        """The service that servers call, where the plan asks for that."""

    def stand(self, sut: Sut) -> AbstractContextManager[Stand]:
        """Serve a SUT on a fresh copy of its database; gone when the context ends. Raises ServerError."""

    def cpu_times(self) -> Any:
        """See Host."""

    def throttling(self) -> Throttling:
        """See Host."""

    def loop_us(self) -> tuple[float, ...]:
        """The deciles of the time that a fixed loop takes on the CPUs of servers."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The outcome of a verification by SUT id: violations, what is sent to databases, and why some did not come up."""

    violations: Mapping[str, Sequence[Violation]]
    sent: Mapping[str, Sent] = field(default_factory=dict)
    broken: Mapping[str, ServerError] = field(default_factory=dict)


class Ground(Protocol):
    """A machine with a checkout of the suite on it."""

    @property
    def host(self) -> Host:
        """The machine of the generator, whether servers are on it too or not."""

    def require(self, databases: Iterable[str]) -> None:
        """Raise SetupError where one of these is not to be had."""

    def prepare(self, apps: Sequence[App], leave_out: LeaveOut | None) -> Iterator[App]:
        """Make the environments that are missing; see environments.prepare."""

    def verify(self, suts: Sequence[Sut], *, whole: bool) -> Verified:
        """Check SUTs against the contract; where none may be left out, ServerError is raised for one that is not up."""

    def facts(self) -> Environment:
        """The machine and the checkout."""

    def environment(self, plan: Plan) -> Environment:
        """The same for a plan, with the versions and settings of its databases and tools."""

    def suts(self, plan: Plan) -> tuple[SutInfo, ...]:
        """The SUTs of a plan with the versions that are installed; raises SetupError where they cannot be read."""

    def field(self, plan: Plan, scratch: Path) -> AbstractContextManager[Field]:
        """Databases are seeded, in the folder `scratch` where that is on this machine, and everything is put away when
        the context ends.
        """
