"""The crew of several processes: Locust's master connects them, hears their hearts beat and carries the messages.

A slice begins with a message to each generator, sent when all have said that they are ready.
"""

import math
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from typing import Any

from gevent.event import Event
from pydantic import TypeAdapter

from bench.errors import LoadError
from bench.host.awake import Patience
from bench.host.clock import Clock
from bench.load import messages, process
from bench.load.parts import Cue, Kept, Played, Share, kept_together, played_together, starts
from bench.load.protocol import Order
from bench.words import counted

_PLAYED, _KEPT = TypeAdapter(Played), TypeAdapter(list[Kept])
_LOOK_S = 0.25
"""How often it looks whether somebody is lost."""
_ENGAGE_WITHIN_S = 40.0
"""Enough to spawn users and prepare requests on a machine that is busy."""
_DISMISS_WITHIN_S = 40.0
_LATE_S = 4.0
"""What a slice may take longer than its users are given: time to cut it short, and for messages."""
_PINGS = 5
_WORTH_WAITING_S = 0.001
"""Timers are no finer, and the ways of messages inside a machine differ by less."""


class Master:
    """See Crew. Who has joined when a rotation begins takes part in it, up to as many as are wanted.

    One that is lost during a rotation makes all of it worthless, for its share of the load is missing and so are its
    times: every target is dropped. The next rotation is dealt out to those that are there then.
    """

    def __init__(self, runner: Any, wanted: int, gather_within_s: float) -> None:
        self._runner, self._wanted, self._gather_within_s = runner, wanted, gather_within_s
        self._edition = process.edition()
        self._joined: dict[str, int] = {}
        self._refused = 0
        self._part: list[str] = []
        self._order: Order
        self._waits_s: list[float] = []
        self._lost: str | None = None
        self._number = 0
        self._answers: dict[str, Any] = {}
        self._heard_at: dict[str, float] = {}
        self._heard = Event()
        self.generators = self.cpus = 1
        runner.register_message(messages.JOINED, self._join)
        runner.register_message(messages.ANSWER, self._hear)

    def gather(self) -> None:
        """See Crew."""
        patience = Patience(self._gather_within_s)
        while len(self._present()) < self._wanted and (beat_s := patience.beat_s()):
            self._listen(beat_s)
        if (came := len(self._present())) < self._wanted:
            odd = f", and {self._refused} came with other code of the suite" if self._refused else ""
            raise LoadError(
                f"{came} of {counted(self._wanted, 'load generator')} joined within {self._gather_within_s:.0f} s{odd}"
            )

    def engage(self, order: Order) -> None:
        """See Crew."""
        self._order, self._lost = order, None
        self._part = self._present()[: min(self._wanted, order.concurrency)]
        if not self._part:
            raise LoadError("no load generator is left")
        self.generators, self.cpus = len(self._part), _cpus(self._part, self._joined)
        whole = asdict(_without_clocks(order))
        shares = (Share(number, len(self._part)) for number in range(len(self._part)))
        said = [{"order": whole, "share": asdict(share)} for share in shares]
        if self._ask(messages.ENGAGE, said, _ENGAGE_WITHIN_S):
            self._time_the_ways()

    def ready(self, cue: Cue) -> str | None:
        """See Crew."""
        if self._lost:
            return self._lost
        within_s = self._order.settle_s + 3 * self._order.answer_within_s + _LATE_S
        reasons = self._ask_all(messages.READY, asdict(cue), within_s)
        return self._lost or next(filter(None, reasons), None)

    def play(self, cue: Cue) -> Played:
        """See Crew."""
        said = [{"cue": asdict(cue), "after_s": wait_s} for wait_s in self._waits_s]
        within_s = cue.slice_s + self._order.answer_within_s + _LATE_S
        parts = self._ask(messages.PLAY, said, within_s)
        return played_together(list(map(_PLAYED.validate_python, parts))) if parts else Played(dropped=self._lost)

    def dismiss(self) -> tuple[Kept, ...]:
        """See Crew."""
        parts = [_KEPT.validate_python(one) for one in self._ask_all(messages.DISMISS, None, _DISMISS_WITHIN_S)]
        if self._lost:
            return tuple(Kept(dropped=self._lost) for _ in self._order.targets)
        return tuple(map(kept_together, zip(*parts, strict=True)))

    def forget(self) -> None:
        """See Crew."""
        self._part = self._present()
        self._ask_all(messages.FORGET, None, _DISMISS_WITHIN_S)

    def _join(self, msg: Any, **_: object) -> None:
        if msg.data["edition"] != self._edition:
            self._refused += 1
            self._runner.send_message(messages.REFUSED, None, msg.node_id)
            return
        self._joined[msg.node_id] = int(msg.data["cpus"])
        self._runner.send_message(messages.WELCOME, None, msg.node_id)
        self._heard.set()

    def _hear(self, msg: Any, **_: object) -> None:
        if msg.data["number"] == self._number:
            self._answers[msg.node_id], self._heard_at[msg.node_id] = msg.data, time.perf_counter()
            self._heard.set()

    def _present(self) -> list[str]:
        """Those that have joined and whose hearts beat, in the order in which they came."""
        here = {client.id for client in self._runner.clients.all if client.state != messages.MISSING}
        return [name for name in self._joined if name in here]

    def _listen(self, within_s: float) -> None:
        self._heard.clear()
        self._heard.wait(min(within_s, _LOOK_S))

    def _ask_all(self, what: str, said: Any, within_s: float) -> list[Any]:
        return self._ask(what, [said] * len(self._part), within_s)

    def _ask(self, what: str, said: Sequence[Any], within_s: float) -> list[Any]:
        """Say something to each that takes part; returns their answers in order, and none where one of them is lost.

        Raises LoadError where one cannot do it, and where nobody is left.
        """
        self._number += 1
        self._answers, asked = {}, list(self._part)
        for name, words in zip(asked, said, strict=True):
            self._runner.send_message(what, {"number": self._number, "said": words}, name)
        patience = Patience(within_s)
        while silent := [name for name in self._part if name not in self._answers]:
            beat_s, here = patience.beat_s(), self._present()
            if lost := [name for name in silent if not beat_s or name not in here]:
                self._lose(lost)
            else:
                self._listen(beat_s)
        answers = [self._answers[name] for name in self._part]
        if errors := [answer["error"] for answer in answers if answer["error"]]:
            raise LoadError(errors[0])
        return [answer["result"] for answer in answers] if len(answers) == len(asked) else []

    def _lose(self, lost: Collection[str]) -> None:
        """Go on without these; one that is alive after all is told to end."""
        for name in lost:
            self._joined.pop(name, None)
            self._runner.send_message(messages.QUIT, None, name)
        self._part = [name for name in self._part if name not in lost]
        if not self._part:
            raise LoadError("every load generator was lost")
        missing = self.generators - len(self._part)
        of = counted(self.generators, "load generator")
        self._lost = f"{missing} of {of} {'was' if missing == 1 else 'were'} lost while this was measured"

    def _time_the_ways(self) -> None:
        """How long a message to each takes there and back: the quickest of a few."""
        ways_s = dict.fromkeys(self._part, math.inf)
        for _ in range(_PINGS):
            began = time.perf_counter()
            if not self._ask_all(messages.PING, None, _LATE_S):
                return
            ways_s = {name: min(way_s, self._heard_at[name] - began) for name, way_s in ways_s.items()}
        self._waits_s = [wait_s if wait_s > _WORTH_WAITING_S else 0.0 for wait_s in starts(list(ways_s.values()))]


def _without_clocks(order: Order) -> Order:
    """The order as generators hear it: the clocks of servers, and the file of the times, are the master's alone."""
    targets = tuple(replace(target, clock=Clock(), database=Clock()) for target in order.targets)
    return replace(order, targets=targets, times="")


def _cpus(names: Sequence[str], cpus: dict[str, int]) -> int:
    """On how many CPUs generators run together: no more on each machine than it has for them.

    Locust's names begin with that of the machine.
    """
    machines = [name.rpartition("_")[0] for name in names]
    most = {machine: cpus[name] for machine, name in zip(machines, names, strict=True)}
    return sum(min(machines.count(machine), most[machine]) for machine in most)
