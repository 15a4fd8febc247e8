"""Those who watch a run on Locust's own page. That is a process of its own, which runs only in pauses of the run."""

import contextlib
import json
from dataclasses import asdict, dataclass

from bench.errors import LoadError
from bench.host import awake
from bench.host.protocol import Process
from bench.load.protocol import Tally
from bench.load.team import MeetingPlace

LISTENS, SHOWN = "listens", "shown"
"""What the page says: once, when it can be reached, and then whenever it has shown a piece of news, and rests."""
_COMES_WITHIN_S = 40.0
_SHOWN_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class News:
    """What a rotation of so many users brought, and when its first slice that counts began, in seconds since 1970. The
    raw times are in the file `times`.
    """

    workload: str
    users: int
    times: str
    began_s: float
    wall_s: float
    tallies: tuple[Tally, ...]


class Audience:
    """The page's process, seen from the run. It takes no CPU time but while it shows news: nothing is timed then.

    Raises LoadError where the page does not come up. One that dies later, or is late, costs the run nothing.
    """

    def __init__(self, process: Process, place: MeetingPlace) -> None:
        self._process = process
        with awake.alarm(_COMES_WITHIN_S, process.kill):
            said = self._heard()
        if said != LISTENS:
            raise LoadError(f"Locust's page does not come up at {place}: {said or 'its process died'}.")

    def show(self, news: News) -> None:
        """Have the page add what a rotation brought, and answer for a moment; returns when it rests again."""
        assert self._process.stdin
        with contextlib.suppress(OSError), awake.alarm(_SHOWN_WITHIN_S, self._process.kill):
            self._process.stdin.write(json.dumps(asdict(news)) + "\n")
            self._process.stdin.flush()
            self._heard()

    def _heard(self) -> str:
        assert self._process.stdout
        return str(self._process.stdout.readline()).strip()
