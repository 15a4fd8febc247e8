"""What a run ran on: the machine and the tools, as measured. Nothing in it names a person, a host or a folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Environment:
    """The facts of one machine; None, an empty text or 0 where a fact is not known.

    `fingerprint` is of the hardware alone. `tools` has the version of each tool that measured, and `databases` that of
    each database, by name. `commit` is in twelve digits, `dirty` says that the working tree differed from it,
    and `no_commit` why git knew of none.
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
    load_average_before: float | None = None
    contract: str = ""
    commit: str | None = None
    dirty: bool = False
    no_commit: str = ""
    tools: Mapping[str, str] = field(default_factory=dict)
    databases: Mapping[str, str] = field(default_factory=dict)

    @property
    def edition(self) -> str:
        """The commit that a run was made with; a `+` says that the working tree had changes."""
        return f"{self.commit or 'unknown'}{'+' if self.dirty else ''}"
