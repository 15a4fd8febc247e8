"""Servers with a fault that one expectation of one check finds, and no other expectation of that check does.

Nobody would notice without them that the expectation is gone: other faults of the same clause break more at once.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.contract.checks import seed_rows
from bench.contract.clauses import Run
from tests.contract.hidden import Tampered, problem
from tests.contract.reference import NAMES, Asked, Reference, Reply


@dataclass(frozen=True)
class Narrow:
    """A server that breaks `clause`, and the check that finds that."""

    check: Run
    clause: str
    server: Callable[[Path], Reference]

    @property
    def needs_seed(self) -> bool:
        """Whether the check knows the rows of the table."""
        return self.check.__module__ == seed_rows.__name__


NARROW: dict[str, Narrow] = {}


@dataclass(frozen=True)
class Step:
    """A request, the right reply to it, and all that was asked before."""

    asked: Asked
    reply: Reply
    server: Reference
    past: "tuple[Step, ...]" = field(repr=False)


Place = Callable[[Step], bool]
Fault = Callable[[Step], Reply]


class Slipping(Reference):
    """The reference, but for a fault at a place."""

    def __init__(self, path: Path, place: Place, fault: Fault) -> None:
        super().__init__(path)
        self.place, self.fault, self.past = place, fault, list[Step]()

    def answer(self, asked: Asked) -> Reply:
        reply = super().answer(asked)
        with self.lock:
            step = Step(asked, reply, self, tuple(self.past))
            self.past.append(replace(step, past=()))
            return self.fault(step) if self.place(step) else reply

    def wire(self, asked: Asked, reply: Reply) -> bytes:
        data = super().wire(asked, reply)
        return reply.tamper(data) if isinstance(reply, Tampered) else data


def slips(check: Run, clause: str, name: str, place: Place, fault: Fault) -> None:
    """Enter the reference with a fault at a place."""
    assert name not in NARROW
    NARROW[name] = Narrow(check, clause, partial(Slipping, place=place, fault=fault))


def escapes(check: Run, clause: str) -> Callable[[type[Reference]], type[Reference]]:
    """Enter a broken reference."""

    def enter(server: type[Reference]) -> type[Reference]:
        NARROW[server.__name__] = Narrow(check, clause, server)
        return server

    return enter


# Places


def to(method: str, pattern: str = ".*") -> Place:
    """Requests with a method, for targets that match wholly."""
    return lambda step: step.asked.method == method and re.fullmatch(pattern, step.asked.target) is not None


def answered(status: int) -> Place:
    return lambda step: step.reply.status == status


def sends(text: bytes) -> Place:
    return lambda step: text in step.asked.body


def shows(text: str) -> Place:
    return lambda step: text.encode() in step.reply.body


def sized(length: int) -> Place:
    return lambda step: len(step.asked.body) == length


def with_header(name: str, text: str = "") -> Place:
    return lambda step: text in step.asked.headers.get(name, "-" if text else "")


def both(*places: Place) -> Place:
    return lambda step: all(place(step) for place in places)


def no(place: Place) -> Place:
    return lambda step: not place(step)


def nth(number: int, place: Place) -> Place:
    return lambda step: place(step) and sum(map(place, step.past)) == number - 1


def ever(place: Place) -> Place:
    return lambda step: any(map(place, step.past))


def after(place: Place) -> Place:
    return lambda step: bool(step.past) and place(step.past[-1])


def cut_short(step: Step) -> bool:
    return not step.asked.whole


# Faults


def refuses(status: int, *names: str) -> Fault:
    return lambda _: problem(status, **({"errors": dict.fromkeys(names, "bad")} if names else {}))


def says(**members: Any) -> Fault:
    return lambda step: replace(step.reply, body=json.dumps(json.loads(step.reply.body) | members).encode())


def calls_it(status: int) -> Fault:
    return lambda step: replace(step.reply, status=status)


def writes(old: str, new: str) -> Fault:
    return lambda step: replace(step.reply, body=re.sub(old.encode(), new.encode(), step.reply.body))


def runs(statement: str, *values: Any) -> Fault:
    """Does something to the table that the reply does not tell."""

    def run(step: Step) -> Reply:
        step.server.connection.execute(statement, values)
        return step.reply

    return run


def loses_the_last(step: Step) -> Reply:
    return says(items=json.loads(step.reply.body)["items"][:-1])(step)


def claims_to_have_created(_: Step) -> Reply:
    created = dict(zip(("id", *NAMES), (10**9, "x", "", 1, True), strict=True))
    return Reply(201, "application/json", json.dumps(created).encode())


ADDS_A_ROW = runs("INSERT INTO item (name, description, price_cents, in_stock) VALUES ('x', '', 1, 1)")
ONE_ITEM = to("GET", "/items/[0-9]+")
ONE_PAGE = to("GET", "/catalog/[0-9]+")
OTHER_PRICE = says(price_cents=31)
