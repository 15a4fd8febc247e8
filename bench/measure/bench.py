"""What every round of a run uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.databases.protocol import Template
from bench.host.protocol import Cpus, Host
from bench.load.client import Generator
from bench.measure.crawls import Circuit
from bench.profile import Profile


@dataclass(frozen=True, slots=True)
class Bench:
    """The profile, where files go, the template of the tables, and what starts, loads and crawls servers."""

    profile: Profile
    folder: Path
    scratch: Path
    state: Path
    templates: Mapping[str, Template]
    host: Host
    generator: Generator
    cpus: Cpus
    circuit: Circuit | None = None
