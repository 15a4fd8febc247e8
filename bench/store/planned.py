"""The plan of a run, as it is stored: enough to resume it, and to see whether two runs compare."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.profile import Profile


@dataclass(frozen=True, slots=True)
class Planned:
    """The profile of a run (None where an older run does not say), and the choices made for it.

    `rates` are the common arrival rates that were found, in requests a second, by workload; `verified` the apps that
    kept the contract; `operations` those chosen in process, all of them if empty; `against` the commit or the version
    that some SUTs are editions of; `absent` the apps that would have been measured too, each with the reason why it
    could not run there; `generators` how many loaded; `generators_join` whether those were on other machines.
    """

    profile: Profile | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    verified: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    against: str | None = None
    absent: Mapping[str, str] = field(default_factory=dict)
    generators: int = 1
    generators_join: bool = False
