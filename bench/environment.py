"""What a run ran on: the machine and the tools, as measured. Nothing in it names a person, a host or a folder."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Throttling:
    """What a quota of CPU time did: the periods that it was counted in, and those in which it stopped the processes."""

    periods: int = 0
    throttled: int = 0

    def __sub__(self, before: "Throttling") -> "Throttling":
        return Throttling(self.periods - before.periods, self.throttled - before.throttled)


@dataclass(frozen=True, slots=True)
class Environment:
    """The facts of one machine; None, an empty text or 0 where a fact is not known.

    `fingerprint` is of the hardware alone, a quota of CPU time included. `cpu_quota` is in CPUs. `placement_flaws` are
    what the machine did not let be avoided in the placement of servers and generator; None where an older run does not
    say. `tools` has the version of each tool that measured, and `databases` that of each database, by name;
    `database_settings` has what its server was started with. `commit` is in twelve digits, `dirty` says that the
    working tree differed from it, and `no_commit` why git knew of none.
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
