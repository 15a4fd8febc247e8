"""How many generators load together, and where those of other machines join them. Values only."""

from dataclasses import dataclass
from enum import IntEnum

from bench.errors import UsageError
from bench.host import lines
from bench.host.protocol import LOOPBACK

MASTER = "--master"
"""Starts a generator that has others load for it: an address, a port, how many, and for how long it waits for them."""


@dataclass(frozen=True, slots=True)
class MeetingPlace:
    """An address and a port, at which a master listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Team:
    """So many generators. They are started on this machine, unless they join from others: then `listen` is where. What
    they do is shown on Locust's page at `web`.
    """

    generators: int = 1
    listen: MeetingPlace | None = None
    web: MeetingPlace | None = None

    @property
    def alone(self) -> bool:
        """Whether it is one generator, which needs no master."""
        return self.generators == 1 and self.listen is None

    @property
    def here(self) -> int:
        """How many of them load from this machine."""
        return 0 if self.listen else self.generators


ALONE = Team()
_OPEN = (
    "Nobody there is asked for a token, and nothing is encrypted: whoever reaches {} can send this run figures, and "
    "its servers requests. Trust that network, or use a tunnel."
)


class Ending(IntEnum):
    """How a generator that joined a run has ended, as its exit code."""

    DONE = 0
    NO_MASTER = 3
    MASTER_GONE = 4
    REFUSED = 5


def place(text: str, flag: str) -> MeetingPlace:
    """The place that a flag names; raises UsageError for anything else."""
    host, _, port = text.rpartition(":")
    if not host or ":" in host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise UsageError(f"{flag} takes an address and a port, as in 192.0.2.1:5557, and not {text!r}.")
    return MeetingPlace(host, int(port))


def page_place(text: str) -> MeetingPlace:
    """Where Locust's page is wanted, which is on this machine alone for a mere port; raises UsageError."""
    try:
        return place(text if ":" in text else f"{LOOPBACK}:{text}", "--web")
    except UsageError:
        raise UsageError(f"--web takes a port, or ADDRESS:PORT, as in {LOOPBACK}:8089, and not {text!r}.") from None


def announcement(team: Team) -> str:
    """Where Locust's page is, and who else may look; empty where there is none."""
    if not team.web:
        return ""
    there = f"Locust's page shows the load at http://{team.web} while this measures."
    return there if lines.is_loopback(team.web.host) else f"{there} Whoever reaches that address can read it."


def invitation(team: Team) -> str:
    """How generators of other machines come to a run, and who else may; empty where none do."""
    if not team.listen:
        return ""
    come = (
        f"Load comes from other machines, {team.generators} in all: start each with `python -m bench generator --join "
        f"{team.listen}`."
    )
    return come if lines.is_loopback(team.listen.host) else f"{come} {_OPEN.format(team.listen.host)}"
