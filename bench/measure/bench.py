"""What every round of a run uses."""

from dataclasses import dataclass
from pathlib import Path

from bench.host.protocol import Host
from bench.load.client import Generator
from bench.measure.crawls import Circuit
from bench.measure.ground import Field
from bench.profile import Profile


@dataclass(frozen=True, slots=True)
class Bench:
    """The profile, where files go, the field that servers stand on, and what loads and crawls them from here."""

    profile: Profile
    folder: Path
    scratch: Path
    state: Path
    field: Field
    host: Host
    generator: Generator
    circuit: Circuit | None = None
