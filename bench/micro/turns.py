"""Gives turns to sessions in process: all of them live at once, and one at a time calls its application.

A session says over a connection which step (an operation by one clock) it has come to, and waits. Of the steps that are
waited for, the first is taken by all sessions that wait for it, in shuffled order, again and again until they are past
it. So a drift of the machine affects all applications alike. Where a step uses rows up, they are added to the session's
table just before it: had they been there from the start, counting them would be most of the cost of a list of items.
"""

import random
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.contract.operations import OPERATIONS
from bench.databases.protocol import Database
from bench.errors import DatabaseError
from bench.host.awake import Patience
from bench.host.protocol import Host, Process
from bench.micro.line import SessionLine
from bench.model import Tell

TURN_S = 0.005
MOST_CALLS = 500
"""In one turn: with more and faster calls, the work between them would make the turn long."""
START_WITHIN_S = 60.0
"""The time for each session to load its application and wait for its first turn."""
TURN_WITHIN_S = 30.0
"""The time for a turn; a first turn includes the first answer, which may take a while."""

_LOOK_S = 0.02
_PLACES = {operation.id: place for place, operation in enumerate(OPERATIONS)}


@dataclass(slots=True)
class Player:
    """A session under way: `step` is what it waits to do, None before its first and after its last.

    `stock` is the number of rows that are added to its `database` for an operation. `trouble` says why it gets no more
    turns.
    """

    sut: str
    process: Process
    database: Database
    stock: Mapping[str, int]
    step: str | None = None
    trouble: str | None = None
    _line: SessionLine | None = field(default=None, repr=False)

    def connect(self, line: SessionLine) -> None:
        """Receive over `line` that it waits for its first turn."""
        self._line = line
        self._hear()

    def take_turn(self) -> None:
        """Let it go on until its next wait, or its end."""
        assert self._line
        try:
            self._line.say("go")
            self._hear()
        except OSError:  # it has just died
            self.step = None

    def close(self) -> None:
        """Close the line."""
        if self._line:
            self._line.close()

    def wait_no_longer(self, seconds: float) -> None:
        """Give it up after so many seconds without a word from it."""
        self._give_up(f"it was silent for more than {seconds:.0f} s")

    def _hear(self) -> None:
        assert self._line
        before, words = self.step, self._line.hear(Patience(TURN_WITHIN_S))
        self.step = words or None
        if words is None:
            self.wait_no_longer(TURN_WITHIN_S)
        if self.step and self.step != before:
            self._lay_stock(before)

    def _lay_stock(self, before: str | None) -> None:
        """Add the rows that the step needs, and remove those that only the step `before` it needed."""
        rows, laid = (self.stock.get(_operation(step), 0) for step in (self.step, before))
        try:
            if rows or laid:
                self.database.restore(rows)
        except DatabaseError as error:
            self._give_up(f"its database could not be put back: {str(error).rstrip('.')}")

    def _give_up(self, trouble: str) -> None:
        self.step, self.trouble = None, trouble


def listener(host: Host) -> socket.socket:
    """The socket to which sessions connect for turns."""
    return socket.create_server((host.address, 0), backlog=128)


def gather(players: Sequence[Player], listening: socket.socket) -> None:
    """Wait until each player waits for its first turn, has ended, or is late."""
    absent = {player.sut: player for player in players}
    patience = Patience(START_WITHIN_S)
    listening.settimeout(_LOOK_S)
    while absent and patience.left_s():
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            absent = {sut: player for sut, player in absent.items() if player.process.poll() is None}
            continue
        line = SessionLine(connection)
        if player := absent.pop(line.hear(patience) or "", None):
            player.connect(line)
    for player in absent.values():
        player.wait_no_longer(START_WITHIN_S)


def give(players: Sequence[Player], rng: random.Random, host: Host, tell: Tell) -> None:
    """Give turns until every player has ended; those in trouble are killed."""
    said = ""
    while waiting := [player for player in players if player.step]:
        step = min((player.step or "" for player in waiting), key=_place)
        if (operation := _operation(step)) != said:
            tell(said := operation)
        group = [player for player in waiting if player.step == step]
        for player in rng.sample(group, len(group)):
            player.take_turn()
            if player.trouble:
                host.end(player.process)


def _operation(step: str | None) -> str:
    return (step or "").partition(" ")[0]


def _place(step: str) -> tuple[int, str]:
    """The place of a step in the order of all; the end, which is no operation, comes last."""
    return _PLACES.get(_operation(step), len(_PLACES)), step
