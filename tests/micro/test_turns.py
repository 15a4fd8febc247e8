"""Who gives turns lays in the rows that a step uses up, over whatever kind of database; a session is a line here."""

import socket
from typing import Any, cast

import pytest

from bench.contract import seed
from bench.errors import DatabaseLocked
from bench.micro.line import SessionLine
from bench.micro.turns import Player
from tests.databases.memory import MemoryDatabase

STOCK = {"delete-item": 30, "json": 0}


class Session:
    """The other end of a player's line."""

    def __init__(self, locked_from: int = 99) -> None:
        self.laid: list[int] = []
        self._locked_from = locked_from
        self.database = MemoryDatabase("flask", self._before_restoring)
        self._line, theirs = socket.socketpair()
        self.player = Player("flask", cast("Any", None), self.database, STOCK)
        self._say("json cpu")
        self.player.connect(SessionLine(theirs))

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.player.close()
        self._line.close()

    def comes_to(self, step: str) -> None:
        """A turn in which it comes to wait for `step`."""
        self._say(step)
        self.player.take_turn()

    def _say(self, step: str) -> None:
        self._line.sendall(f"{step}\n".encode())

    def _before_restoring(self, _: str, stock: int) -> None:
        if len(self.laid) >= self._locked_from:
            raise DatabaseLocked("The database flask is locked.")
        self.laid.append(stock)


def test_rows_are_there_for_the_step_that_uses_them_up_and_for_no_other() -> None:
    with Session() as session:
        assert session.laid == []
        session.comes_to("delete-item cpu")
        assert len(session.database.rows()) == seed.ROWS + 30
        session.comes_to("delete-item cpu")
        assert session.laid == [30], "a step goes on with what it has"
        session.comes_to("delete-item wall")
        assert session.laid == [30, 30], "what it used up by one clock is there again by the other"
        session.comes_to("end")
        assert len(session.database.rows()) == seed.ROWS


@pytest.mark.parametrize("locked_from", [0, 1])
def test_a_session_that_holds_its_database_gets_no_more_turns(locked_from: int) -> None:
    with Session(locked_from) as session:
        for step in ("delete-item cpu", "end")[: locked_from + 1]:
            session.comes_to(step)
        assert session.player.step is None
        assert session.player.trouble == "its database could not be put back: The database flask is locked"
