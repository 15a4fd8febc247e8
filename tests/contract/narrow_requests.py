"""Narrow faults in what every answer, connection and odd request is owed."""

from dataclasses import replace

from bench.contract.checks import answers, calling, connections, faults, hardening, labels, odd_requests, streaming
from tests.contract.hidden import Tampered
from tests.contract.liberties import ReadsChunks
from tests.contract.narrow import (
    ADDS_A_ROW,
    NARROW,
    ONE_ITEM,
    Place,
    Step,
    answered,
    both,
    calls_it,
    claims_to_have_created,
    cut_short,
    escapes,
    ever,
    nth,
    refuses,
    runs,
    says,
    sends,
    slips,
    to,
    with_header,
    writes,
)
from tests.contract.reference import Asked, Reference, Refusal, Reply

__all__ = ["NARROW"]

head = answers.head_answers_like_get_without_a_body
slips(head, "head", "another status of HEAD", to("HEAD", "/json"), calls_it(203))
slips(
    head, "head", "another type of HEAD", to("HEAD", "/json"), lambda step: replace(step.reply, content_type="text/x")
)

methods = answers.other_methods_are_refused
slips(methods, "method-not-allowed", "PATCH of what is gone", nth(2, to("PATCH", "/items/[0-9]+")), refuses(404))
slips(
    methods,
    "method-not-allowed",
    "the type before the method",
    both(to("PUT", "/items"), with_header("Content-Type", "text/plain")),
    refuses(415),
)
paths = answers.other_paths_are_not_found
slips(
    paths,
    "not-found",
    "the method before the path",
    both(to("POST", "/nowhere"), with_header("Content-Type", "json")),
    refuses(405),
)
slips(paths, "not-found", "options of nothing", to("OPTIONS", "/nowhere"), calls_it(405))
options = answers.options_name_the_methods
gone_by_now = both(to("OPTIONS"), ever(to("DELETE")))
slips(options, "options", "options of what is gone", gone_by_now, refuses(404))
for check, path in (
    (calling.each_answer_is_one_that_the_service_has_just_given, "/upstream.*"),
    (labels.labels_are_printed, "/labels"),
    (streaming.all_lines_come_in_chunks_as_they_are_made, "/stream"),
):
    slips(check, "method-not-allowed", f"DELETE of {path}", to("DELETE", path), refuses(404))
slips(
    calling.each_answer_is_one_that_the_service_has_just_given,
    "slow-upstream",
    "zeros before a wait",
    to("GET", r"/upstream\?ms=010"),
    refuses(422, "ms"),
)
slips(
    calling.each_answer_is_one_that_the_service_has_just_given,
    "slow-upstream",
    "a parameter more",
    to("GET", "/upstream.*more=1"),
    refuses(422, "more"),
)

# Connections

bodies = connections.half_a_body_is_none
halves = both(to("POST", "/items"), cut_short, lambda step: "Transfer-Encoding" not in step.asked.headers)
slips(bodies, "truncated-body", "half a body in one segment", nth(1, halves), claims_to_have_created)
slips(bodies, "truncated-body", "half a body in two segments", nth(2, halves), claims_to_have_created)
slips(
    bodies,
    "truncated-body",
    "half a body in chunks",
    both(to("POST", "/items"), with_header("Transfer-Encoding", "chunked")),
    claims_to_have_created,
)
slips(bodies, "truncated-body", "half a body is written", nth(1, halves), ADDS_A_ROW)
slips(
    connections.bodies_may_come_in_pieces,
    "keep-alive",
    "many pieces",
    nth(2, both(to("POST", "/items"), answered(201))),
    refuses(500),
)
slips(
    connections.http_1_0_is_answered_alike,
    "older-http",
    "PUT in HTTP/1.0",
    both(to("PUT"), lambda step: step.asked.version == "HTTP/1.0"),
    refuses(505),
)

otherwise = connections.bodies_may_come_otherwise
in_chunks, coded = with_header("Transfer-Encoding", "chunked"), with_header("Content-Encoding", "gzip")
with_body: Place = lambda step: bool(step.asked.body)  # noqa: E731
without_length: Place = lambda step: not {"Content-Length", "Transfer-Encoding"} & set(step.asked.headers)  # noqa: E731
for name, place, fault in (
    ("fails on chunks of a new item", both(to("POST"), in_chunks), refuses(500)),
    ("fails on chunks of an update", both(to("PUT"), in_chunks), refuses(500)),
    ("a row for chunks", both(to("POST"), in_chunks), ADDS_A_ROW),
    (
        "a price for chunks",
        both(to("PUT"), in_chunks),
        runs("UPDATE item SET price_cents = 31 WHERE name = 'As it was'"),
    ),
    ("a coded body is a bad one", both(to("POST"), coded), refuses(422, "body")),
    ("no length is no type", both(to("POST"), without_length), refuses(415)),
    ("another item for a body", both(ONE_ITEM, with_body), says(price_cents=31)),
):
    slips(otherwise, "other-bodies", name, place, fault)


@escapes(otherwise, "other-bodies")
class TellsAnotherPriceOfChunks(ReadsChunks):
    def create_item(self, asked: Asked) -> Reply:
        return self.told(asked, super().create_item(asked))

    def told(self, asked: Asked, reply: Reply) -> Reply:
        return says(price_cents=31)(Step(asked, reply, self, ())) if "Transfer-Encoding" in asked.headers else reply


@escapes(otherwise, "other-bodies")
class StoresAnotherPriceOfChunks(ReadsChunks):
    def create_item(self, asked: Asked) -> Reply:
        reply = super().create_item(asked)
        if "Transfer-Encoding" in asked.headers:
            self.connection.execute("UPDATE item SET price_cents = 31 WHERE name = 'Otherwise'")
        return reply


@escapes(otherwise, "other-bodies")
class DeletesNothingWithABody(Reference):
    body = b""

    def delete_item(self, asked: Asked, item_id: str) -> Reply:
        self.body = asked.body
        return super().delete_item(asked, item_id)

    def remove(self, item_id: int) -> bool:
        return True if self.body else super().remove(item_id)


@escapes(otherwise, "other-bodies")
class HasNoDeleteWithABody(Reference):
    def delete_item(self, asked: Asked, item_id: str) -> Reply:
        if asked.body:
            raise Refusal(405, Allow="GET, PUT")
        return super().delete_item(asked, item_id)


def said_twice(step: Step) -> bool:
    return len(step.asked.headers.get_all("Content-Length") or ()) == 2  # type: ignore[attr-defined]


def answers_what_stands_behind(step: Step) -> Reply:
    ADDS_A_ROW(step)
    more = b"HTTP/1.1 201 -\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    return Tampered(**vars(refuses(404)(step)), tamper=lambda data: data + more)


framing = connections.no_request_hides_in_another
behind = both(to("POST", "/nowhere"), with_header("Transfer-Encoding", "chunked"))
slips(framing, "framing", "two lengths", both(to("POST", "/items"), said_twice), claims_to_have_created)
slips(framing, "framing", "chunks and a length", behind, lambda _: Reply(200, "text/plain", b"Well."))
slips(framing, "framing", "a request behind a short length", nth(1, behind), answers_what_stands_behind)
slips(framing, "framing", "a row behind a length", behind, ADDS_A_ROW)

upgrade = connections.offers_are_not_taken
slips(upgrade, "upgrade", "GET with an offer", both(to("GET", "/catalog"), with_header("Upgrade")), refuses(400))
slips(upgrade, "upgrade", "POST with an offer", both(to("POST", "/items"), with_header("Upgrade", "T")), refuses(426))

# Faults and hardening

slips(
    faults.a_locked_database_is_waited_for_and_reported,
    "server-error",
    "a write after the lock",
    both(ONE_ITEM, ever(answered(500))),
    says(name="Too late"),
)
slips(
    hardening.ids_beyond_the_integers_are_not_found,
    "huge-id",
    "an update under a huge id",
    to("PUT", "/items/[0-9]{20,}"),
    runs("UPDATE item SET price_cents = 31 WHERE name = 'Not far away'"),
)
numbers = hardening.other_spellings_of_numbers_are_refused
for query in (r"/items\?offset=1_0&limit=1", r"/items\?limit=1_0", f"/catalog\\?page={2**64 + 1}"):
    slips(numbers, "number-spelling", f"number in {query}", to("GET", query), refuses(400))

# Labels and streams

slips(
    labels.only_so_many_pages_exist,
    "labels-pages",
    "no page of labels",
    to("GET", r"/labels\?text=Blue%20lamp"),
    refuses(404),
)
slips(
    labels.texts_stay_texts,
    "labels-text",
    "an element beside a label",
    lambda step: step.asked.parameters.get("text", "").startswith("<b>"),
    writes("$", "<i></i>"),
)
slips(labels.texts_stay_texts, "labels-text", "no plain label", to("GET", "/labels.*text=Plain"), refuses(404))
stream = streaming.all_lines_come_in_chunks_as_they_are_made
slips(stream, "stream", "no first stream", nth(1, to("GET", "/stream")), refuses(404))
slips(stream, "stream", "the first stream", nth(1, to("GET", "/stream")), writes("0", "1"))
slips(stream, "stream", "the last stream", nth(6, to("GET", "/stream")), writes("0", "1"))

# Odd requests

bad = odd_requests.a_bad_body_for_no_item_writes_nothing
slips(bad, "missing-item", "a list for no item", both(to("PUT"), sends(b"[]")), refuses(400))
host = odd_requests.hosts_decide_nothing
slips(host, "host", "a host with two dots", lambda step: step.asked.host == "a..b", refuses(500))

zeros = odd_requests.leading_zeros_change_nothing
for name, place, fault in (
    ("an id", to("GET", "/items/0[0-9]+"), refuses(404)),
    ("an id of a page", to("GET", "/catalog/0[0-9]+"), refuses(404)),
    ("the answer to PUT", to("PUT", "/items/0[0-9]+"), says(name="Zeros")),
    ("PUT", to("PUT", "/items/0[0-9]+"), runs("UPDATE item SET name = 'Zeros' WHERE name = 'Still one row'")),
    ("a limit", to("GET", r"/items\?limit=01&offset=00"), refuses(422, "limit")),
    ("a page", to("GET", r"/catalog\?page=01"), refuses(404)),
):
    slips(zeros, "leading-zeros", f"zeros in {name}", place, fault)

others = odd_requests.methods_of_others_change_nothing
for name, place, fault in (
    ("no such method", to("FOO"), refuses(404)),
    ("a method writes", to("PROPFIND"), runs("UPDATE item SET price_cents = 31 WHERE name = 'Stays'")),
    ("delete says 200", to("delete"), calls_it(200)),
    ("delete deletes", to("delete"), runs("DELETE FROM item WHERE name = 'Stays'")),
):
    slips(others, "method-not-allowed", name, place, fault)

spellings = odd_requests.no_other_spelling_leads_to_a_resource
for name, place, fault in (
    ("a suffix", to("GET", "/items.json"), refuses(403)),
    ("DELETE below plaintext", to("DELETE", "/plaintext/x"), refuses(405)),
    ("PUT below json", to("PUT", "/json/x"), refuses(405)),
    ("GET with a parameter in the path", to("GET", "/items/1;a=b"), refuses(400)),
    ("POST to no id", to("POST", "/items/abc"), refuses(400)),
    ("a percent sign", to("GET", "/items/%zz"), refuses(500)),
    ("a row from nowhere", to("POST", "/index"), ADDS_A_ROW),
):
    slips(spellings, "not-found", name, place, fault)

headers = odd_requests.other_headers_decide_nothing
for name, place, fault in (
    ("a range of json", both(to("GET", "/json"), with_header("Range", "bytes")), says(range="bytes")),
    ("PUT for a proxy", both(to("PUT"), with_header("X-Forwarded-For", ",,")), refuses(400)),
    ("a charset beside a query", both(to("GET", r"/items\?.*"), with_header("Content-Type", "utf-16")), refuses(400)),
    ("many headers", both(ONE_ITEM, with_header("X-59", "y")), refuses(431)),
):
    slips(headers, "headers", name, place, fault)

parameters = odd_requests.other_parameters_are_ignored
slips(parameters, "list-parameters", "a name in percent", to("GET", r"/items\?%6C.*"), refuses(400))
for query in (r"/items\?limit=2;offset=1", r"/catalog\?page=1;x", r"/items\?limit=0&limit=1"):
    slips(parameters, "list-parameters", f"parameters of {query}", to("GET", query), refuses(400))
slips(
    odd_requests.some_spellings_lead_to_the_same_resource,
    "same-resource",
    "a whole URL",
    to("GET", "http://.*"),
    refuses(500),
)
