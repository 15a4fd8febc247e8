"""The use of Locust: its runner spawns and keeps the users, and every user plays its part in each turn."""

from collections.abc import Callable
from functools import partial
from typing import Any

import gevent
from gevent.event import Event
from locust import User, task
from locust.env import Environment

from bench.errors import LoadError
from bench.load.lanes import Lanes
from bench.load.pulse import STILL_S, Pulse
from bench.load.turns import Turn
from bench.load.wire import ExchangeError

_SPAWN_WITHIN_S = 20.0
_CUT_WITHIN_S = 1.0


class TurnTaker(User):
    """A Locust user without statistics of its own: the turn keeps its times, outside the hot path."""

    number = -1

    @property
    def greenlet(self) -> gevent.Greenlet:
        """The user's own greenlet, into which a time-out can be thrown."""
        return self._greenlet

    def on_start(self) -> None:
        """Take a seat."""
        self.curtain = Event()
        _stage(self).admit(self)

    @task
    def take_turn(self) -> None:
        """Wait for a turn and play in it."""
        _stage(self).perform(self)


def _stage(user: TurnTaker) -> "Stage":
    stage: Stage = vars(user.environment)["stage"]
    return stage


def environment() -> Any:
    """Locust's environment with our users, which makes a runner: of one process, of a master or of a worker."""
    return Environment(user_classes=[TurnTaker], catch_exceptions=False)


class Stage:
    """Brings users and turns together: all users of a turn begin at once, and the turn is over when the last has
    returned. Locust's `runner`, of one process or of a worker, keeps the users.
    """

    def __init__(self, runner: Any) -> None:
        self._runner = runner
        vars(runner.environment)["stage"] = self
        self._users: list[TurnTaker] = []
        self._turn: Turn
        self._lanes: Lanes
        self._playing: set[TurnTaker] = set()
        self._finished = Event()

    def seat(self, users: int) -> None:
        """Have at least this many users."""
        if len(self._users) >= users:
            return
        self._runner.spawn_users({TurnTaker.__name__: users - len(self._users)})
        with gevent.Timeout(_SPAWN_WITHIN_S, LoadError(f"Locust did not spawn {users} users.")):
            while len(self._users) < users:
                gevent.sleep(0.001)

    def admit(self, user: TurnTaker) -> None:
        """Give a number to a user that has been spawned."""
        user.number = len(self._users)
        self._users.append(user)

    def perform(self, user: TurnTaker) -> None:
        """Play the next turn."""
        try:
            user.curtain.wait()
            user.curtain.clear()
            self._act(partial(self._turn.play, user.number))
        except ExchangeError:
            pass  # a time-out that came when this user had just finished
        finally:
            self._playing.discard(user)
            if not self._playing:
                self._finished.set()

    def play(self, turn: Turn, lanes: Lanes, within_s: float) -> None:
        """Play one turn, from the start of its users to the return of the last; after `within_s` it is cut short and
        the target dropped.
        """
        self._turn, self._lanes = turn, lanes
        users = self._users[: len(lanes.all)]
        self._playing = set(users)
        self._finished.clear()
        with Pulse() as pulse:
            self._conduct(turn, users, within_s)
        if pulse.missed_s() > STILL_S:
            lanes.stood_still(pulse.missed_s())

    def _conduct(self, turn: Turn, users: list[TurnTaker], within_s: float) -> None:
        turn.begin()
        for user in users:
            user.curtain.set()
        conductor = gevent.spawn(self._act, turn.conduct)
        if not self._finished.wait(within_s):
            self._cut(conductor, within_s)
        conductor.join()

    def _act(self, part: Callable[[], None]) -> None:
        """Play a part; an error with one target ends here, so that the others can still be measured."""
        try:
            part()
        except ExchangeError as error:
            self._lanes.drop(str(error))
        except Exception as error:  # noqa: BLE001
            self._lanes.drop(f"the generator cannot go on with it: {error!r}")

    def _cut(self, conductor: gevent.Greenlet, within_s: float) -> None:
        late = ExchangeError("timed out", f"not all was answered within {within_s:g} s")
        self._lanes.drop(str(late))
        conductor.kill()
        for user in tuple(self._playing):
            user.greenlet.kill(late, block=False)
        self._finished.wait(_CUT_WITHIN_S)
        self._lanes.close()
