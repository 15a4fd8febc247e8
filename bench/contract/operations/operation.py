"""Operations: their requests, from a seeded stream, and the check of their answers. Pure."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from bench.contract.message import JSON
from bench.model import Item

POOL = 2048
"""The number of requests that are drawn for an operation, to be made round and round."""


@dataclass(frozen=True, slots=True)
class Group:
    """Operations that an app keeps together: every app where it is `required`, else those whose manifest names it.

    `clauses` are those of `apps/SPEC.md` that an optional group adds, and `files` are what an app calls a file, without
    its suffix, that only this group needs.
    """

    id: str
    title: str
    required: bool
    clauses: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


CORE = Group("core", "what every app keeps", required=True)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of an operation, and what its answer must show.

    `path` has the query in it. `headers` are those beside Host, Accept and Content-Length, which are the sender's; a
    `body` of None is none. `item` is the row that it is about, as the answer must show it (for a create: without its
    id, 0); `offset` is where a list or page starts.
    """

    operation: str
    method: str
    path: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    item: Item | None = None
    offset: int = 0


Draw = Callable[[random.Random], Ask]
AskOfRow = Callable[[random.Random, Item], Ask]
Check = Callable[[Ask, bytes], str | None]
"""Takes a request and the body of its answer; returns what is wrong, in words, or None. It may raise the errors of
parsing.
"""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that an app can be asked to do.

    `path` is a template, in which `{id}` stands for a row's; `content_type` is that of the answer, None where it has no
    body. `draw` makes a request from a seeded stream. It is None where a request uses its row up: then the requests are
    those `of_row`, for each of the `stock` rows that are added before. `of_row` makes a request for a given row; it is
    None where the operation concerns none. `data` says whether an answer needs the database, and
    `statements` how many statements that takes, where it does. `wait_s` is for how long an answer waits for something
    that is neither the database nor a CPU; such an operation is never called in process. It is loaded by each of these
    numbers of `users`, where there are any, and for slices of `slice_s` at least, where an answer takes long. If it is
    `streamed`, an answer comes in chunks, without its length. A `heavy` one leaves a server with more memory than all
    others need.
    """

    id: str
    title: str
    method: str
    path: str
    draw: Draw | None
    check: Check
    of_row: AskOfRow | None = None
    status: int = 200
    content_type: str | None = JSON
    writes: bool = False
    data: bool = True
    statements: int = 1
    stock: int = 0
    wait_s: float = 0.0
    users: tuple[int, ...] = ()
    slice_s: float = 0.0
    streamed: bool = False
    group: Group = CORE
    heavy: bool = False

    @property
    def allowed_statements(self) -> int:
        """How many statements a request takes of the database."""
        return self.statements if self.data else 0

    def ask(
        self,
        *,
        query: str = "",
        headers: tuple[tuple[str, str], ...] = (),
        body: bytes | None = None,
        item: Item | None = None,
        offset: int = 0,
    ) -> Ask:
        """A request of this operation, for `item` where its path is that of one."""
        path = self.path.format(id=item.id) if item else self.path
        return Ask(self.id, self.method, path + query, self.status, headers, body, item, offset)

    def pool(self, rng_seed: int) -> tuple[Ask, ...]:
        """Requests from the stream of a seed, the same whoever asks them; empty where requests use rows up."""
        draw = self.draw
        if draw is None:
            return ()
        rng = random.Random(f"{rng_seed} {self.id}")
        return tuple(draw(rng) for _ in range(POOL))

    def wrong(self, ask: Ask, body: bytes) -> str | None:
        """What is wrong with the body of an answer, in words; None where it says what it must."""
        try:
            complaint = self.check(ask, body)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            complaint = f"an answer that cannot be read ({error!r})"
        return f"{self.id}: {complaint}" if complaint else None
