"""What a run ran on: the machine and the tools, as measured. Nothing in it names a person, a host or a folder."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.words import seconds, si


@dataclass(frozen=True, slots=True)
class Throttling:
    """What a quota of CPU time did: the periods that it was counted in, and those in which it stopped the processes."""

    periods: int = 0
    throttled: int = 0

    def __sub__(self, before: "Throttling") -> "Throttling":
        return Throttling(self.periods - before.periods, self.throttled - before.throttled)


@dataclass(frozen=True, slots=True)
class GeneratorMachine:
    """The machine of the load generator, where servers are on another; see Environment."""

    cpu: str
    cores: int
    memory_bytes: int
    kernel: str
    python: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Network:
    """The network between generator and servers, measured over one connection before the first round.

    The round trips are of so many `exchanges` of a few bytes. `resent_share` is the share of segments that TCP sent
    again meanwhile, in both directions together, which is about what was lost; None where the system does not say.
    """

    round_trip_p50_s: float
    round_trip_p99_s: float
    exchanges: int
    to_servers_bytes_s: float
    from_servers_bytes_s: float
    resent_share: float | None = None

    @property
    def spoken(self) -> str:
        """Its figures in words."""
        resent = "" if self.resent_share is None else f"; TCP sent {self.resent_share:.1%} of the segments again"
        return (
            f"a round trip takes {seconds(self.round_trip_p50_s)}, 99 % within {seconds(self.round_trip_p99_s)}; one "
            f"connection carried {si(self.to_servers_bytes_s / 1e6)} MB/s to the servers and "
            f"{si(self.from_servers_bytes_s / 1e6)} MB/s from them{resent}"
        )


@dataclass(frozen=True, slots=True)
class Environment:
    """The facts of one machine; None, an empty text or 0 where a fact is not known.

    `fingerprint` is of the hardware alone, a quota of CPU time included. `cpu_quota` is in CPUs. `placement_flaws` are
    what the machine did not let be avoided in the placement of servers and generator; None where an older run does not
    say. `tools` has the version of each tool that measured, and `databases` that of each database, by name;
    `database_settings` has what its server was started with. `commit` is in twelve digits, `dirty` says that the
    working tree differed from it, and `no_commit` why git knew of none.

    Where servers were on another machine than the generator, the facts but for `tools` are about theirs; `generator` is
    the other machine, and `network` what is between the two. The fingerprint is then of both.
    """

    cpu: str = ""
    cores: int = 0
    memory_bytes: int = 0
    machine: str = ""
    system: str = ""
    kernel: str = ""
    python: str = ""
    fingerprint: str = ""
    pinning: str = ""
    cpu_quota: float = 0.0
    placement_flaws: tuple[str, ...] | None = None
    load_average_before: float | None = None
    contract: str = ""
    commit: str | None = None
    dirty: bool = False
    no_commit: str = ""
    tools: Mapping[str, str] = field(default_factory=dict)
    databases: Mapping[str, str] = field(default_factory=dict)
    database_settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    generator: GeneratorMachine | None = None
    network: Network | None = None

    @property
    def edition(self) -> str:
        """The commit that a run was made with; a `+` says that the working tree had changes."""
        return f"{self.commit or 'unknown'}{'+' if self.dirty else ''}"


def fingerprint(cpu: str, cores: int, memory_bytes: int, machine: str, cpu_quota: float = 0.0) -> str:
    """Twelve digits that are the same for all machines of these facts.

    Memory is taken up to the next quarter of a power of two: kernels keep some of it to themselves, now more and now
    less, of a size that is nearly always such a one.
    """
    step = max((1 << memory_bytes.bit_length()) // 8, 1)
    facts = (cpu, cores, -(-memory_bytes // step) * step, machine, round(cpu_quota, 2))
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]


def of_two(servers: str, generator: str) -> str:
    """The fingerprint of two machines that measure together, from that of each."""
    return hashlib.sha256(f"{servers} {generator}".encode()).hexdigest()[:12]
