"""Where Locust comes in: its runner spawns and keeps the users, and every user plays its part in each turn."""

from typing import Any

import gevent
from gevent.event import Event
from locust import User, task
from locust.env import Environment

from bench.load.lanes import Lanes
from bench.load.turns import Turn
from bench.load.wire import ExchangeError


class TurnTaker(User):
    """A Locust user without statistics of its own: what it measures is kept by the turn, outside the hot path."""

    number = -1

    @property
    def greenlet(self) -> gevent.Greenlet:
        """The user's own greenlet, for a time-out to be thrown into."""
        return self._greenlet

    def on_start(self) -> None:
        """Take a seat."""
        _stage(self).admit(self)

    @task
    def take_turn(self) -> None:
        """Wait for a turn and play in it."""
        _stage(self).perform(self)


def _stage(user: TurnTaker) -> "Stage":
    stage: Stage = vars(user.environment)["stage"]
    return stage


class Stage:
    """Brings users and turns together: all users of a turn begin at once, and it is over when the last one has
    returned.
    """

    def __init__(self) -> None:
        self._environment: Any = Environment(user_classes=[TurnTaker], catch_exceptions=False)
        vars(self._environment)["stage"] = self
        self._runner: Any = self._environment.create_local_runner()
        self._users: list[TurnTaker] = []
        self._turn: Turn | None = None
        self._curtain = [Event()]
        self._playing: set[TurnTaker] = set()
        self._finished = Event()

    def seat(self, users: int) -> None:
        """Have exactly this many users."""
        if len(self._users) == users:
            return
        self._runner.stop()
        self._users, self._curtain = [], [Event() for _ in range(users)]
        self._runner.start(users, spawn_rate=users)
        while len(self._users) < users:
            gevent.sleep(0.001)

    def admit(self, user: TurnTaker) -> None:
        """A user has been spawned."""
        user.number = len(self._users)
        self._users.append(user)

    def perform(self, user: TurnTaker) -> None:
        """Play the next turn; errors of an exchange that was cut short by a time-out end here."""
        curtain = self._curtain[user.number]
        curtain.wait()
        curtain.clear()
        assert self._turn
        try:
            self._turn.play(user.number)
        except ExchangeError:
            pass  # a time-out that was thrown between two exchanges; `play` has dropped the server
        finally:
            self._playing.discard(user)
            if not self._playing:
                self._finished.set()

    def play(self, turn: Turn, lanes: Lanes, within_s: float) -> None:
        """One turn, from the start of its users to the return of the last; after `within_s` they are cut short."""
        self._turn, self._playing = turn, set(self._users)
        self._finished.clear()
        for curtain in self._curtain:
            curtain.set()
        turn.conduct(within_s)
        if self._finished.wait(within_s):
            return
        late = ExchangeError("timed out", f"no answer within {within_s:.1f} s")
        lanes.dropped = str(late)
        for user in tuple(self._playing):
            user.greenlet.kill(late, block=False)
        self._finished.wait(1)
