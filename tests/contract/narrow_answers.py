"""Narrow faults in what all checks rest on: every answer, sequences, and what is created and deleted on the way."""

import gzip
import re
from dataclasses import replace

from bench.contract import sequences
from bench.contract.checks import answers, field_rules, pages, reading, writing
from tests.contract.hidden import Tampered
from tests.contract.narrow import (
    ADDS_A_ROW,
    NARROW,
    OTHER_PRICE,
    Fault,
    Step,
    answered,
    both,
    calls_it,
    escapes,
    nth,
    refuses,
    says,
    sends,
    slips,
    to,
    with_header,
)
from tests.contract.reference import Asked, Reference, Reply

__all__ = ["NARROW"]


def tampers(pattern: bytes, other: bytes) -> Fault:
    """Sends other bytes."""
    return lambda step: Tampered(**vars(step.reply), tamper=lambda data: re.sub(pattern, other, data, flags=re.DOTALL))


def holds(body: bytes) -> Fault:
    return lambda step: replace(step.reply, body=body)


def packs(step: Step) -> Reply:
    coded = step.reply.headers | {"Content-Encoding": "gzip"}
    return replace(step.reply, body=gzip.compress(step.reply.body), headers=coded)


def chunks(data: bytes) -> bytes:
    head, _, body = data.partition(b"\r\n\r\n")
    return b"%s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (head, len(body), body)


SAYS_NOTHING = tampers(b".*", b"")

# Every answer

alone = answers.lengths_are_stated
created_alone = both(to("POST", "/items"), answered(201), with_header("Connection", "close"))
slips(
    alone, "content-length", "no length of what was created", created_alone, tampers(b"Content-Length: [0-9]+", b"X: y")
)
slips(
    alone,
    "content-length",
    "a length and chunks",
    to("GET", "/json"),
    lambda step: Tampered(**vars(step.reply), tamper=chunks),
)
typed = answers.answers_have_their_types_over_one_connection
for clause, name, path, fault in (
    ("content-type", "a coded body", "/json", packs),
    ("content-type", "a byte that is no text", "/catalog", holds(b"<h1>Catalog</h1>\xff")),
    ("problem", "a problem in words", "/nowhere", holds(b"None.")),
    ("problem", "a problem in a list", "/nowhere", holds(b"[]")),
):
    slips(typed, clause, name, to("GET", path), fault)


@escapes(typed, "keep-alive")
class OnlySaysThatItCloses(Reference):
    stays_open = True

    def wire(self, asked: Asked, reply: Reply) -> bytes:
        if asked.path == "/json":
            reply.headers["Connection"] = "close"
        return super().wire(asked, reply)


slips(
    field_rules.types_are_strict,
    "field-type",
    "a row for what is refused",
    both(to("POST"), sends(b'"price_cents": 1e3')),
    ADDS_A_ROW,
)

# What is created, listed and deleted on the way

slips(
    writing.items_are_created,
    "create-item",
    "the answer to POST",
    nth(1, both(to("POST"), sends(b"One of two"))),
    OTHER_PRICE,
)
missing = reading.ids_without_a_row_are_not_found
slips(missing, "delete-item", "deletes on the way with 200", nth(1, to("DELETE")), calls_it(200))
slips(
    reading.total_counts_the_rows,
    "list-items",
    "no total on the way",
    nth(1, to("GET", r"/items\?offset=0&limit=1")),
    refuses(404),
)
slips(reading.json_says_hello, "json", "no answer", nth(50, to("GET", "/json")), SAYS_NOTHING)
cleared = nth(1, to("DELETE"))
slips(pages.items_have_a_page, "delete-item", "clearing up is refused", cleared, refuses(410))
slips(pages.items_have_a_page, "delete-item", "clearing up is not answered", cleared, SAYS_NOTHING)

# Sequences


def tells_the_first_id(step: Step) -> Reply:
    step.server.connection.execute("DELETE FROM item WHERE id = (SELECT max(id) FROM item)")
    return says(id=1)(step)


for name, place, fault in (
    ("an id that was there", nth(5, both(to("POST"), answered(201))), tells_the_first_id),
    ("another price than sent", nth(5, both(to("POST"), answered(201))), OTHER_PRICE),
    ("a delete with 200", to("DELETE"), calls_it(200)),
    ("an update without an answer", both(to("PUT"), answered(200)), SAYS_NOTHING),
):
    slips(sequences.try_sequences, "model", f"{name} in a sequence", place, fault)
