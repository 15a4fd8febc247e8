"""The server under check as the checks see it: asked in their words, and held to what they expect."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from bench.contract import coding, every_answer, hardening, shapes, shown
from bench.contract.backdoor import Backdoor
from bench.contract.client import Client, NoAnswer, address
from bench.contract.fields import Fields, encode, fields, identical
from bench.contract.manner import Manner
from bench.contract.message import JSON, Answer, Dialogue, Request
from bench.contract.shapes import Document, document
from bench.contract.violation import Findings, Violation
from bench.model import Item

Log = Callable[[], str]
"""What a server has said since it was last asked."""


class GaveUp(Exception):
    """The check cannot go on, because what it builds on is broken."""


class Shop:
    """One server, what was found wrong with it, and the items that the checks created in it and must delete."""

    def __init__(
        self,
        client: Client,
        findings: Findings,
        database: Backdoor | None = None,
        log: Log | None = None,
        asked_at: str = "",
        *,
        thorough: bool = False,
    ) -> None:
        self.client, self.findings, self.database, self.thorough = client, findings, database, thorough
        self.has_log = log is not None
        self._log, self._asked_at = log or (lambda: ""), asked_at or client.url
        self._logs: dict[str, str] = {}
        self._codings: set[str] = set()
        self.clause, self.manner, self.unreadable = "", Manner(), False
        self.ids_before: frozenset[int] = frozenset()
        self._own_ids: set[int] = set()

    def ask(self, method: str, path: str, body: bytes | None = None, content_type: str | None = JSON) -> Answer:
        """Send one request; what holds for every answer is checked on the way."""
        return self.send(Request(method, path, body, content_type))

    def send(self, request: Request) -> Answer:
        """The same, for a request with odd headers."""
        answer = self.client.send(request, renewed=self.manner.renews(), parted=self.manner.parts())
        self._listen(answer)
        for violation in every_answer.violations(answer):
            self._add(violation, answer.request)
        return self._read(answer)

    def ask_alone(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """The same over a connection of its own, where nothing may follow the end of the answer."""
        answer, rest = self.client.send_alone(Request(method, path, body))
        self._listen(answer)
        for violation in every_answer.violations(answer):
            # Here the client asked for the connection to be closed.
            if violation.clause != "keep-alive":
                self._add(violation, answer.request)
        if rest:
            self._add(every_answer.stray(answer.request, rest), answer.request)
        return self._read(answer)

    def exchange(
        self,
        segments: Sequence[bytes],
        *requests: Request,
        ends: bool = False,
        until_closed: bool = False,
        then: Request | None = None,
    ) -> Dialogue:
        """Requests over a connection of their own, in these segments; what came is the caller's to judge."""
        exchange = self.client.exchange(segments, requests, ends=ends, until_closed=until_closed, then=then)
        for answer in exchange.answers:
            self._listen(answer)
        return replace(exchange, answers=tuple(map(self._read, exchange.answers)))

    def log_of(self, request: Request) -> str:
        """What the server logged of a request that it answered with 5xx, or not at all."""
        return self._logs.get(str(request), "")

    def on_the_wire(self, request: Request) -> bytes:
        """The bytes of a request to this server."""
        return self.client.on_the_wire(request)

    def create(self, **changes: Any) -> Item:
        """A new item; gives up, blaming `create-item`, where none is made."""
        wanted = fields(**changes)
        answer = self.ask("POST", "/items", encode(wanted))
        item_id = shapes.item_id(answer)
        if not self.expect_status(answer, 201, clause="create-item"):
            raise GaveUp
        if item_id is None or item_id in self.ids_before:
            self.note(answer.request, "an item with an integer id that no row had", answer.summary(), "create-item")
            raise GaveUp
        self.expect_json(answer, {"id": item_id} | wanted, 201, clause="create-item")
        return Item(item_id, **wanted)

    def update(self, item: Item, **changes: Any) -> Item:
        """Replace an item; blames `update-item` where that does not work."""
        wanted = without_id(item) | changes
        answer = self.ask("PUT", f"/items/{item.id}", encode(wanted))
        self.expect_json(answer, {"id": item.id} | wanted, clause="update-item")
        return Item(item.id, **wanted)

    def delete(self, item: Item) -> None:
        """Delete an item; blames `delete-item` where that does not work."""
        self.expect_status(self.ask("DELETE", f"/items/{item.id}"), 204, clause="delete-item")

    def listed(self, offset: int, limit: int) -> tuple[list[Document], int]:
        """A stretch of the table and the total; gives up, blaming `list-items`, where the answer is something else."""
        answer = self.ask("GET", f"/items?offset={offset}&limit={limit}")
        stretch = shapes.listing(answer)
        if stretch is None:
            self.note(answer.request, '200 {"items": [...], "total": N}', answer.summary(), "list-items")
            raise GaveUp
        return stretch

    def total(self) -> int:
        """The number of rows, by the server's count."""
        return self.listed(0, 1)[1]

    def place(self, item_id: int) -> int | None:
        """The offset at which the list shows an item; looked for from the end, where new ones mostly stand."""
        end = self.total()
        while end > 0:
            start = max(end - 100, 0)
            ids = [item.get("id") for item in self.listed(start, end - start)[0]]
            if item_id in ids:
                return start + ids.index(item_id)
            if not ids or not isinstance(ids[0], int) or ids[0] < item_id:
                return None
            end = start
        return None

    def path_of(self, link: str, page: str) -> str | None:
        """Path and query of a link on a page, or None where it leads to another server or nowhere."""
        try:
            parts = urlsplit(urljoin(self.client.url + page, link))
            elsewhere = address(parts) != self.client.address
        except ValueError:
            return None
        if elsewhere:
            return None
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def note(self, request: Request | str, expected: str, got: str, clause: str | None = None) -> None:
        """Write down a violation."""
        asked = request if isinstance(request, Request) else None
        self._keep(Violation(clause or self.clause, str(request), expected, got), asked)

    def note_silence(self, fault: NoAnswer, expected: str, clause: str | None = None) -> None:
        """Write down that no answer came, and what the server said of it."""
        self._logs[str(fault.request)] = self._log()
        self.note(fault.request, expected, fault.what, clause)

    def expect(self, answer: Answer, holds: bool, expected: str, got: str = "", clause: str | None = None) -> bool:
        """Note a violation unless something holds."""
        if not holds:
            self.note(answer.request, expected, got or answer.summary(), clause)
        return holds

    def expect_status(self, answer: Answer, *statuses: int, clause: str | None = None) -> bool:
        """Note a violation unless the status is one of these."""
        return self.expect(answer, answer.status in statuses, " or ".join(map(str, statuses)), clause=clause)

    def expect_json(self, answer: Answer, expected: Document, status: int = 200, clause: str | None = None) -> bool:
        """Note a violation unless status and body are these, types included."""
        came = document(answer)
        if answer.status == status and identical(came, expected):
            return True
        wanted, got = f"{status} {shown.short(expected)}", answer.summary()
        if answer.status == status and came is not None and set(came) == set(expected):
            wanted, got = (f"{status}, and in it {shown.apart(*pair)}" for pair in ((expected, came), (came, expected)))
        return self.expect(answer, False, wanted, got, clause)

    def expect_refusal(self, answer: Answer, names: Collection[str] | None, *statuses: int) -> bool:
        """Note a violation unless a status is one of these, or 422 by default, and a 422 names exactly what is bad."""
        if not self.expect_status(answer, *(statuses or (422,))):
            return False
        named = shapes.errors(answer) or {}
        if names is None or answer.status != 422 or set(named) == set(names):
            return True
        self.note(answer.request, f"errors naming {shown.listed(names)}", f"errors naming {shown.listed(named)}")
        return False

    def expect_total(self, total: int, when: str) -> None:
        """Note a violation unless the table has so many rows."""
        if (now := self.total()) != total:
            self.note(when, f"{total} rows, as before", f"{now} rows")

    def clear(self) -> None:
        """Delete the items that the checks created; where no answer comes, the rest waits for the next call."""
        for item_id in sorted(self._own_ids):
            try:
                self.expect_status(self.ask("DELETE", f"/items/{item_id}"), 204, 404, clause="delete-item")
            except NoAnswer as fault:
                self.note_silence(fault, "204 or 404", "delete-item")
                return
            self._own_ids.discard(item_id)

    def _add(self, violation: Violation, request: Request) -> None:
        """What is asked for `hardening` breaks that, even where the answer lacks what every answer must have. A coding
        is one violation, however many answers have it.
        """
        if violation.expected == every_answer.UNCODED:
            if violation.got in self._codings:
                return
            self._codings.add(violation.got)
        self._keep(replace(violation, clause=self.clause) if hardening.covers(self.clause) else violation, request)

    def _keep(self, violation: Violation, request: Request | None) -> None:
        """With how to ask the same, where the violation is of this one request, and what the server said of it."""
        same = request is not None and str(request) == violation.request
        line = shown.curl(request, self._asked_at) if request and same else ""
        self.findings.add(replace(violation, curl=line, log=shown.end(self._logs.get(violation.request, ""))))

    def _listen(self, answer: Answer) -> None:
        if answer.status >= 500:
            self._logs[str(answer.request)] = self._log()

    def _read(self, answer: Answer) -> Answer:
        """The answer without its coding, and the rows that it made ours or took; gives up where it cannot be read.

        Rows that were there before are never taken for ours, whatever ids a server gives out.
        """
        plain = coding.undone(answer)
        if plain is None:
            self.unreadable = True
            raise GaveUp
        item_id = shapes.item_id(plain)
        if plain.request.method in ("POST", "PUT") and plain.status < 300 and item_id is not None:
            self._own_ids |= {item_id} - self.ids_before
        elif plain.request.method == "DELETE" and plain.status == 204:
            self._own_ids -= {own for own in self._own_ids if plain.request.path == f"/items/{own}"}
        return plain


def without_id(item: Item) -> Fields:
    """The fields of an item as a client sends them."""
    return {name: value for name, value in item.as_json().items() if name != "id"}
