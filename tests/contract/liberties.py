"""Servers that keep the contract in another way than the reference, where the contract leaves the choice."""

import json
from typing import Any

from tests.contract.reference import Asked, Reference, Refusal, Reply


class LeadsAbsolutely(Reference):
    """Whole URLs in `Location` and on the pages."""

    def create_item(self, asked: Asked) -> Reply:
        reply = super().create_item(asked)
        reply.headers["Location"] = f"http://{asked.host}{reply.headers['Location']}"
        return reply

    def browse(self, asked: Asked) -> Reply:
        reply = super().browse(asked)
        body = reply.body.replace(b'href="/', f'href="http://{asked.host}/'.encode())
        return Reply(200, reply.content_type, body)


class LeadsRelatively(Reference):
    def links(self, page: int) -> str:
        return super().links(page).replace("/catalog?", "?")

    def line(self, item: dict[str, Any]) -> str:
        return super().line(item).replace('href="/', 'href="')


class HasNoOptions(Reference):
    def options(self, allow: str) -> Reply:
        raise Refusal(405, Allow=allow.replace(", HEAD, OPTIONS", ""))


class TellsOptionsAtLength(Reference):
    def options(self, allow: str) -> Reply:
        return Reply(200, "text/plain", allow.encode(), {"Allow": allow.lower()})


class TellsNoLengthWithHead(Reference):
    def wire(self, asked: Asked, reply: Reply) -> bytes:
        if asked.method != "HEAD" or reply.status == 204:
            return super().wire(asked, reply)
        return self.head(reply.status, reply.headers | {"Content-Type": reply.content_type})


class NamesNoCharset(Reference):
    def wire(self, asked: Asked, reply: Reply) -> bytes:
        reply.content_type = reply.content_type.partition(";")[0].replace("text/html", 'Text/HTML; charset="UTF-8"')
        return super().wire(asked, reply)


class LosesABodyWithAnOffer(Reference):
    """As a parser does that takes what follows such a head for the other protocol."""

    def route(self, asked: Asked) -> Reply:
        if asked.body and "Upgrade" in asked.headers:
            raise Refusal(400)
        return super().route(asked)


class RefusesDuplicates(Reference):
    def parse(self, body: bytes) -> Any:
        document = super().parse(body)
        members: list[int] = []
        json.loads(body, object_pairs_hook=lambda pairs: members.append(len(pairs) - len(dict(pairs))))
        if any(members):
            raise Refusal(400)
        return document


class TakesConstantsForBadNumbers(Reference):
    """`NaN` is 422, and so is whatever else is nested or long."""

    def constant(self, _name: str) -> Any:
        return None

    def parse(self, body: bytes) -> Any:
        try:
            return json.loads(body.decode("utf-8"), parse_constant=self.constant)
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise Refusal(400) from None
        except (ValueError, RecursionError):
            raise Refusal(422, {"body": "beyond all measure"}) from None


class LooksForTheItemFirst(Reference):
    def update_item(self, asked: Asked, item_id: str) -> Reply:
        if self.row(self.item_id(item_id)) is None:
            raise Refusal(404)
        return super().update_item(asked, item_id)


class ClosesOnLargeBodies(Reference):
    def wire(self, asked: Asked, reply: Reply) -> bytes:
        if reply.status == 413:
            reply.headers["Connection"] = "close"
        return super().wire(asked, reply)


class WritesItsPagesDifferently(Reference):
    def page(self, title: str, body: str) -> Reply:
        body = body.replace("<h1>", '<header class="top"><h1>\n   ').replace("</h1>", "\n </h1></header><hr>\n")
        return super().page(title, body.replace("<p>", "<p id=about>\n").replace("<dd>", "<dd class='told'> "))

    def line(self, item: dict[str, Any]) -> str:
        return super().line(item).replace("</tr>", f"<td>No. {item['id']}</td></tr>").replace("<td>", "<td> ")

    def escape(self, text: str) -> str:
        return "".join(f"&#{ord(character)};" if character in "<>&\"'{}" else character for character in text)


class WritesItsHeadDifferently(Reference):
    """Names in lower case, in another order, with other blanks, among headers of its own."""

    def head(self, status: int, headers: dict[str, str]) -> bytes:
        more = {"Vary": "Accept", "Date": "Sat, 28 Nov 2026 07:00:00 GMT"} | headers | {"Server": "other"}
        lines = [f"{name.lower()}:{value} \t" for name, value in reversed(more.items())]
        return "\r\n".join([f"HTTP/1.1 {status} Whatever it may be", *lines, "", ""]).encode("latin-1")


class WritesItsJsonDifferently(Reference):
    """With white space, in another order, escaped or not, and with more to say about a problem."""

    def dump(self, document: Any) -> bytes:
        if "title" in document:
            document = {"type": "about:blank", "detail": "Nein.", **document, "title": "Nicht so \u2026"}
        return (
            json.dumps(document, ensure_ascii=False, indent="\t", sort_keys=True).encode(errors="backslashreplace")
            + b"\r\n "
        )


class ReadsChunks(Reference):
    reads_chunks = True


class Terse(LosesABodyWithAnOffer, WritesItsHeadDifferently, HasNoOptions, NamesNoCharset, TellsNoLengthWithHead):
    """Whatever may be left out is."""


class Wordy(
    WritesItsJsonDifferently, LeadsAbsolutely, TellsOptionsAtLength, RefusesDuplicates, WritesItsPagesDifferently
):
    """Whatever may be said is."""


class Contrary(ReadsChunks, LooksForTheItemFirst, TakesConstantsForBadNumbers, ClosesOnLargeBodies, LeadsRelatively):
    """Where there is a choice, it is the other one."""


STYLES = (Terse, Wordy, Contrary)
"""Several liberties at once."""

LIBERTIES = (
    ReadsChunks,
    WritesItsHeadDifferently,
    WritesItsJsonDifferently,
    LeadsAbsolutely,
    LeadsRelatively,
    HasNoOptions,
    TellsOptionsAtLength,
    TellsNoLengthWithHead,
    NamesNoCharset,
    LosesABodyWithAnOffer,
    RefusesDuplicates,
    TakesConstantsForBadNumbers,
    LooksForTheItemFirst,
    ClosesOnLargeBodies,
    WritesItsPagesDifferently,
)
