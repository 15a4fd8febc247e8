"""What a run was of: its SUTs and its workloads, as they are stored."""

from dataclasses import dataclass, field
from typing import Literal, Self

from bench.identity import SutKey, WorkloadKey
from bench.metrics import Kind
from bench.model import FLOORS, Interface


@dataclass(frozen=True, slots=True)
class SutInfo:
    """A SUT with its measured versions; `group` tells the common server from the native ones.

    `key` identifies it, and `id` is how that is spelled; `server` is said with its version. `base_of` is the id of
    another SUT of the run, of which this is an older (or anyhow other) edition. Runs from before there was a floor for
    ASGI do not say an `interface`: they measured WSGI. `not_offered` has the operations that the app leaves out, each
    with its reason. `not_hardened` has the clauses of the group `hardening` that it was seen to break, or that its
    manifest says it breaks, each with the reason; the group's own name stands for all of them. `code` is a digest of
    the app's own files. `serialiser` and `validation` say, in words, what writes JSON and what checks a request. Older
    runs have none of the three. `variant_of` is the id that the app of the same folder has on the same server, whether
    it is in the run or not, and `difference` what sets the variant apart from it; both are empty for all that is none.
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

    @property
    def floor(self) -> str:
        """The id of its interface's floor on the common server and the same database; it may not have been measured."""
        return SutKey(FLOORS[self.interface], database=self.key.database).id

    def lacks(self, workload: "WorkloadInfo") -> str | None:
        """Why it need not do a workload: the app's reason for leaving out one of its operations."""
        return next(
            (self.not_offered[operation] for operation in workload.operations if operation in self.not_offered), None
        )


@dataclass(frozen=True, slots=True)
class WorkloadInfo:
    """A workload as it was driven: `concurrency` users in a closed loop, or requests that arrive in an open one.

    `name` is what it is called apart from how it is driven: `crud-mix`, or in process the operation. `operations` are
    the ids of those in the mix; older runs do not say them. Requests arrive at `arrival_rate_rps`, or at
    `arrival_share` of each SUT's own closed-loop throughput; in a capacity search, at the highest rate whose 99th
    percentile is within `objective_s`. `settings` are those of the crawler.
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
        """What `key` identifies, with a rate or an objective where it has one."""
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
