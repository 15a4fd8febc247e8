"""The SUTs and the workloads of a run, as they are stored."""

from dataclasses import dataclass, field
from typing import Literal, Self

from bench.identity import SutKey, WorkloadKey
from bench.metrics import Kind
from bench.model import FLOORS, Interface


@dataclass(frozen=True, slots=True)
class SutInfo:
    """A SUT with the versions that were measured; `group` says whether it is on the common server or on its native one.

    `key` identifies it, `id` is the same as text, and `server` includes the version. `base_of` is the id of another SUT
    of the run, of which this is an older (or another) edition. Runs without an `interface` are older than the floor for
    ASGI: they measured WSGI. `not_offered` has the operations that the app leaves out and the workloads that are too
    much for its server, each with the reason.
    `not_hardened` has the clauses of the group `hardening` that it was seen to break, or that its manifest says it
    breaks, each with the reason; the group's own name stands for all of them. `code` is a digest of the app's own
    files. `serialiser` and `validation` name what writes JSON and what checks a request. Older runs have none of these
    three. `variant_of` is the id of the folder's own app on the same server, whether that is in the run or not, and
    `difference` what sets the variant apart from it; both are empty where the SUT is no variant.
    `statements` has, by operation, what one request sends to the database, where that was seen, and `round_trips` how
    often it waits for the database's server, where that was counted.
    """

    id: str
    label: str
    key: SutKey
    server: str
    group: Literal["common", "native"]
    data_layer: str
    versions: dict[str, str]
    notes: tuple[str, ...] = ()
    base_of: str | None = None
    interface: Interface = "wsgi"
    not_offered: dict[str, str] = field(default_factory=dict)
    not_hardened: dict[str, str] = field(default_factory=dict)
    code: str = ""
    serialiser: str = ""
    validation: str = ""
    variant_of: str = ""
    difference: str = ""
    statements: dict[str, tuple[str, ...]] = field(default_factory=dict)
    round_trips: dict[str, int] = field(default_factory=dict)

    @property
    def floor(self) -> str:
        """The id of its interface's floor on the common server and the same database, whether measured or not; empty
        for what is its own server, which has none.
        """
        floor = FLOORS.get(self.interface)
        return SutKey(floor, database=self.key.database).id if floor else ""

    @property
    def spoken(self) -> str:
        """Its interface in words: `WSGI`, or `none` where it is its own server."""
        return "none" if self.interface == "own" else self.interface.upper()

    @property
    def named(self) -> str:
        """Its label, with the server where that is its native one: for what lists both groups."""
        return self.label if self.group == "common" else f"{self.label} on {self.server}"

    def lacks(self, workload: "WorkloadInfo") -> str | None:
        """The reason why it was not asked for the workload or an operation of it; None where it was for all of them."""
        return next(
            (self.not_offered[name] for name in (workload.name, *workload.operations) if name in self.not_offered), None
        )


@dataclass(frozen=True, slots=True)
class WorkloadInfo:
    """A workload as it was driven: `concurrency` users in a closed loop, or requests that arrive in an open one.

    `name` is the same however it is driven: `crud-mix`, or in process the operation. `operations` are the ids of those
    in the mix, empty in older runs. Requests arrive at `arrival_rate_rps`, or at `arrival_share` of each SUT's own
    closed-loop throughput; in a capacity search, at the highest rate whose 99th percentile is within `objective_s`.
    `settings` are those of the crawler.
    """

    id: str
    name: str
    title: str
    kind: Kind
    operation_mix: str
    concurrency: int | None = None
    arrival_rate_rps: float | None = None
    arrival_share: float | None = None
    objective_s: float | None = None
    operations: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        key: WorkloadKey,
        title: str,
        mix: str,
        concurrency: int | None = None,
        *,
        operations: tuple[str, ...] = (),
        arrival_rate_rps: float | None = None,
        objective_s: float | None = None,
    ) -> Self:
        """The workload that `key` identifies, with a rate or an objective where it has one."""
        return cls(
            key.id,
            key.name,
            title,
            key.kind,
            mix,
            concurrency,
            arrival_rate_rps,
            arrival_share=key.share,
            objective_s=objective_s,
            operations=operations,
        )
