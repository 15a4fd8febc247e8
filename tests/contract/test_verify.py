"""The whole verification: nothing found where nothing is wrong, and everything that is."""

import gzip
import itertools
import re
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bench.contract import hardening, operations, sequences
from bench.contract.verify import clauses, verify
from bench.contract.violation import Findings, Violation, blocks, count
from bench.databases.sqlite import SqliteDatabase, SqliteTemplate
from bench.errors import DatabaseError, ServerError, UsageError
from tests.contract.in_process import dialling
from tests.contract.liberties import LIBERTIES, STYLES
from tests.contract.mutations import MUTATIONS
from tests.contract.reference import Asked, Reference, Refusal, Reply, served
from tests.contract.scripted import read_request, saying, scripted

SPEC = Path(__file__).parents[2] / "apps" / "SPEC.md"
NEEDS_SEED = frozenset({"seed-rows"})


def test_every_clause_of_the_contract_is_checked_and_no_other() -> None:
    named = re.findall(r"^(?:- )?`([a-z][a-z0-9-]+)`:", SPEC.read_text(), flags=re.MULTILINE)
    assert sorted(set(named)) == sorted(clauses())


def test_the_contract_says_which_clauses_are_hardening() -> None:
    section = re.search(r"^## Hardening$(.*?)^## ", SPEC.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert section is not None
    assert tuple(re.findall(r"^- `([a-z0-9-]+)`:", section[1], flags=re.MULTILINE)) == hardening.CLAUSES


def test_every_clause_has_a_server_that_breaks_it() -> None:
    assert {clause for clause, _ in MUTATIONS.values()} == clauses()


@pytest.mark.parametrize("with_database", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_server_that_keeps_the_contract_has_no_violation(seeded: SqliteDatabase, with_database: bool) -> None:
    before, messages = seeded.rows(), list[str]()
    with served(Reference(seeded.path)) as url:
        violations = verify(
            f"{url}/", database=seeded if with_database else None, seeded=True, progress=messages.append
        )
    assert violations == []
    assert seeded.rows() == before
    assert {clause for step in messages for clause in step.split(", ")} == clauses()


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("style", STYLES)
def test_what_the_contract_leaves_open_is_no_violation(style: type[Reference], small: SqliteDatabase) -> None:
    every_clause_but_the_slowest = clauses() - {"model", "seed-rows"}
    dial = dialling(style(small.path))
    assert verify("http://reference", database=small, only=every_clause_but_the_slowest, dial=dial) == []


def test_every_liberty_is_taken_in_a_style() -> None:
    assert all(any(issubclass(style, liberty) for style in STYLES) for liberty in LIBERTIES)


@pytest.mark.slow
@pytest.mark.parametrize("liberty", LIBERTIES)
def test_nor_is_it_through_sockets(liberty: type[Reference], seeded: SqliteDatabase) -> None:
    with served(liberty(seeded.path)) as url:
        assert verify(url, database=seeded, seeded=True) == []


@pytest.mark.slow
@pytest.mark.parametrize("rows", [0, 137, 10_000])
@pytest.mark.parametrize("style", STYLES)
def test_whoever_keeps_the_contract_in_an_odd_style_has_no_violation(
    style: type[Reference], rows: int, seeded: SqliteDatabase
) -> None:
    """From outside, as with --url: nothing is known of the table."""
    reference = style(seeded.path)
    reference.connection.execute("DELETE FROM item WHERE id > ?", (rows,))
    with served(reference) as url:
        assert verify(url, thorough=True) == []
    assert len(seeded.rows()) == rows


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("count", [0, 1, 20, 21])
def test_a_table_of_any_size_will_do(small: SqliteDatabase, count: int) -> None:
    reference = Reference(small.path)
    reference.connection.execute("DELETE FROM item WHERE id > ?", (count,))
    assert verify("http://reference", dial=dialling(reference)) == []
    assert len(small.rows()) == count


@pytest.mark.usefixtures("unhurried")
@pytest.mark.slow
def test_ids_may_begin_anywhere_and_have_gaps(small: SqliteDatabase) -> None:
    reference = Reference(small.path)
    reference.connection.execute("UPDATE item SET id = id * 1000003 + 7000000000000000000 WHERE id > 3")
    before = small.rows()
    dial = dialling(reference)
    assert verify("http://reference", database=small, dial=dial) == []
    assert verify("http://reference", dial=dial) == []
    assert small.rows() == before


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("name", MUTATIONS)
def test_a_broken_server_is_found_out(name: str, request: pytest.FixtureRequest) -> None:
    clause, mutation = MUTATIONS[name]
    database: SqliteDatabase = request.getfixturevalue("seeded" if clause in NEEDS_SEED else "small")
    before, seeded, server = database.rows(), clause in NEEDS_SEED, mutation(database.path)
    violations = verify(
        "http://reference",
        database=database,
        seeded=seeded,
        only={clause},
        dial=dialling(server),
        log=server.news,
    )
    assert clause in {violation.clause for violation in violations}
    assert database.rows() == before


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTATIONS)
def test_a_broken_server_is_found_out_through_sockets(name: str, seeded: SqliteDatabase) -> None:
    clause, mutation = MUTATIONS[name]
    before, server = seeded.rows(), mutation(seeded.path)
    with served(server) as url:
        violations = verify(url, database=seeded, seeded=True, timeout_s=1, log=server.news)
    assert clause in {violation.clause for violation in violations}
    assert seeded.rows() == before


@pytest.mark.parametrize(
    "name", ["StoresBeforeItRefuses", "CreatesByPut", "LosesWrites", "DivesTooDeep", "CountsOneMore"]
)
@pytest.mark.usefixtures("unhurried")
def test_the_table_is_left_as_found_without_the_database_too(name: str, small: SqliteDatabase) -> None:
    before = small.rows()
    assert verify("http://reference", dial=dialling(MUTATIONS[name][1](small.path)))
    assert small.rows() == before


def test_rows_that_were_there_are_not_taken_for_new_ones(small: SqliteDatabase) -> None:
    class ClaimsToHaveMadeTheFirst(Reference):
        def insert(self, fields: dict[str, object]) -> int:
            super().insert(fields)
            return 1

    before = small.rows()
    with served(ClaimsToHaveMadeTheFirst(small.path)) as url:
        violations = verify(url, only={"create-item", "update-item", "delete-item"})
        assert {violation.clause for violation in violations} >= {"create-item"}
        assert small.rows() == before


@pytest.mark.usefixtures("unhurried")
def test_one_broken_clause_does_not_stop_the_others(small: SqliteDatabase) -> None:
    class BreaksTwo(MUTATIONS["NamesNoMethods"][1], MUTATIONS["EscapesNothing"][1]):  # type: ignore[misc]
        pass

    violations = verify("http://reference", dial=dialling(BreaksTwo(small.path)))
    assert {violation.clause for violation in violations} == {"method-not-allowed", "escaping"}


def test_a_sequence_is_shown_as_short_as_it_can_be(small: SqliteDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sequences, "_SHRINKING_S", 60.0
    )  # on a busy machine the usual time ends before there is no shorter
    dial = dialling(MUTATIONS["DeletesTwins"][1](small.path))
    (violations,) = verify("http://reference", only={"model"}, dial=dial)
    steps = violations.request.split("\n")
    assert [step.split(" ")[0] for step in steps[:3]] == ["POST", "POST", "DELETE"]
    assert len(steps) == 4


def test_hypothesis_leaves_nothing_behind(
    small: SqliteDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with served(Reference(small.path)) as url:
        verify(url, only={"model"})
    assert not (tmp_path / ".hypothesis").exists()


def test_only_the_clauses_that_were_named_are_checked(small: SqliteDatabase) -> None:
    messages: list[str] = []
    with served(Reference(small.path)) as url:
        verify(url, only={"json", "problem"}, progress=messages.append)
        assert messages == ["keep-alive, content-type, problem", "json"]
        with pytest.raises(UsageError, match="no clause brwose"):
            verify(url, only={"brwose"})


@pytest.mark.usefixtures("unhurried")
def test_an_optional_group_is_a_promise_of_those_who_offer_it(small: SqliteDatabase) -> None:
    dial = dialling(MUTATIONS["NamesTheInnermost"][1](small.path))
    group, steps = {"check-order", "order-refused"}, list[str]()
    (violation, *_) = verify("http://reference", only=group, dial=dial)
    assert (violation.clause, violation.group) == ("order-refused", "validation")
    left_out = operations.left_out(())
    assert verify("http://reference", only=group, unsupported=left_out, progress=steps.append, dial=dial) == []
    assert steps == []


def test_clauses_that_a_manifest_names_are_left_out(small: SqliteDatabase) -> None:
    some = {"field-text", "json", "body-encoding"}
    with served(MUTATIONS["TakesNul"][1](small.path)) as url:
        assert {violation.clause for violation in verify(url, only=some)} == {"field-text"}
        assert verify(url, only=some, unsupported=("field-text", "browse")) == []
        steps: list[str] = []
        assert verify(url, only=some, unsupported=("hardening",), progress=steps.append) == []
    assert not set(steps) & set(hardening.CLAUSES)


@pytest.mark.usefixtures("unhurried")
def test_whatever_an_answer_to_an_odd_request_lacks_counts_as_hardening(small: SqliteDatabase) -> None:
    class DiesOfHugeIds(Reference):
        """As a framework does that has no page of its own for a fault of the driver's."""

        def wire(self, asked: Asked, reply: Reply) -> bytes:
            if re.search("[0-9]{20}", asked.target):
                return b"HTTP/1.1 500 Oh\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<h1>Oh</h1>"
            return super().wire(asked, reply)

    dial = dialling(DiesOfHugeIds(small.path))
    violations = verify("http://reference", unsupported=("number-spelling",), dial=dial)
    assert {violation.group for violation in violations} == {"hardening"}
    assert {violation.clause for violation in violations} == {"huge-id"}


def test_a_server_that_is_not_there_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ServerError, match="cannot be reached"):
        verify(f"http://127.0.0.1:{port}")


def test_a_database_that_cannot_be_used_is_an_error(small: SqliteDatabase, tmp_path: Path) -> None:
    with served(Reference(small.path)) as url, pytest.raises(DatabaseError, match=r"none\.db cannot be used"):
        verify(url, database=replace(small, path=tmp_path / "none.db"))


def test_a_server_that_dies_is_an_error_and_its_table_is_put_back(small: SqliteDatabase) -> None:
    before, reference = small.rows(), Reference(small.path)

    def die(step: str) -> None:
        if step == "view-item":
            reference.hangs_up = True
            reference.stop()

    with served(reference) as url, pytest.raises(ServerError, match="It answered until `view-item` was checked"):
        verify(url, database=small, progress=die)
    assert small.rows() == before


def test_a_request_that_hangs_breaks_the_clause_that_it_was_sent_for(small: SqliteDatabase) -> None:
    class HangsOnHugeIds(Reference):
        def number(self, text: str, lowest: int, highest: int) -> int | None:
            if len(text) == 20 and lowest == 1 and highest > 1000:
                time.sleep(1.0)  # and whoever comes next waits for the rest of it
            return super().number(text, lowest, highest)

    before = small.rows()
    with served(HangsOnHugeIds(small.path)) as url:
        violations = verify(url, only={"huge-id", "read-item"}, timeout_s=0.7)
    assert [(violation.clause, violation.got) for violation in violations] == [
        ("huge-id", "no whole answer within 0.7 s")
    ]
    assert small.rows() == before


def test_a_server_that_always_hangs_is_not_waited_for_long() -> None:
    def silent(sock: socket.socket) -> None:
        read_request(sock)
        sock.recv(1)

    started = time.monotonic()
    with scripted(silent) as url:
        violations = verify(url, timeout_s=0.1)
    assert {violation.got for violation in violations} == {"no whole answer within 0.1 s"}
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "said", [b"", b"\0" * 10_000, b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 204 No Content\r\n\r\nHello"]
)
def test_garbage_is_a_violation(said: bytes) -> None:
    with scripted(saying(said)) as url:
        violations = verify(url, timeout_s=1)
    assert {violation.clause for violation in violations} >= {"plaintext", "json", "list-items", "create-item"}


class Babbles(Reference):
    """Now and then right in form and senseless in content: statuses, types and documents that were drawn by lot."""

    documents: tuple[object, ...] = (
        *(
            None,
            5,
            "x",
            [],
            [[]],
            {},
            {"id": 1},
            {"id": "x"},
            {"id": True},
            {"title": 5, "status": True, "errors": ["name"]},
        ),
        {"items": [], "total": 5},
        {"items": 5, "total": 5},
        {"items": [{}, {"id": "a"}, {"id": 2, "name": 5}], "total": 3},
        {"items": [{"id": []}, {"id": 2**70}], "total": 3},
        {"items": [None], "total": 1},
        {"items": [{"id": 3, "name": "x", "description": "y", "price_cents": "1", "in_stock": 1}], "total": 2**70},
        {"id": 2**70, "name": "\ud800", "description": None, "price_cents": 1.5, "in_stock": "no"},
        {"status": [], "errors": {"name": {}}},
    )
    pages = (b"", b"\xff\0", b"<h1></h1><table><tr><td>", b"<a rel=next href='http://['><tr><td><a href='http://[x'>")

    def __init__(self, path: Path, seed: int) -> None:
        super().__init__(path)
        self.lot = Random(seed)

    def answer(self, asked: Asked) -> Reply:
        whole = super().answer(asked)
        if self.lot.random() < 0.8:
            return whole
        body = self.lot.choice((self.dump(self.lot.choice(self.documents)), self.lot.choice(self.pages)))
        kind = self.lot.choice(("", "text/html", "application/json", "application/problem+json;charset=", ";", "\xe9"))
        headers = {"Location": "http://[", "Allow": ",", "Connection": ""} if self.lot.random() < 0.5 else {}
        status = self.lot.choice((whole.status, whole.status, 200, 201, 204, 301, 404, 422, 500))
        return Reply(status, kind, b"" if status == 204 else body, headers)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("seed", range(6))
def test_nonsense_is_found_out_without_a_traceback(small: SqliteDatabase, seed: int) -> None:
    before = small.rows()
    violations = verify("http://reference", database=small, dial=dialling(Babbles(small.path, seed)))
    assert len({violation.clause for violation in violations}) > 20
    assert small.rows() == before


@pytest.mark.usefixtures("unhurried")
def test_several_servers_can_be_checked_side_by_side(small_template: SqliteTemplate) -> None:
    results: dict[str, list[Violation]] = {}

    def check(name: str, kind: type[Reference]) -> None:
        database = small_template.copy(name)
        with served(kind(database.path)) as url:
            results[name] = verify(url, database=database, only={"model", "read-item", "create-item", "browse"})

    kinds = {"whole": Reference, "broken": MUTATIONS["DeletesTwins"][1]}
    threads = [threading.Thread(target=check, args=kind) for kind in kinds.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results["whole"] == []
    assert [violation.clause for violation in results["broken"]] == ["model"]


def test_a_violation_reads_as_a_block() -> None:
    violation = Violation("create-location", 'POST /items {"name": "Lamp"}', "Location: /items/5", "no Location")
    assert str(violation).splitlines() == [
        "create-location",
        '  request   POST /items {"name": "Lamp"}',
        "  expected  Location: /items/5",
        "  got       no Location",
    ]


class Packing(Reference):
    """Packs every body that it sends, though nobody asks for that."""

    coding, pack = "gzip", staticmethod(gzip.compress)

    def wire(self, asked: Asked, reply: Reply) -> bytes:
        if reply.body:
            headers = reply.headers | {"Content-Encoding": self.coding}
            reply = replace(reply, body=self.pack(reply.body), headers=headers)
        return super().wire(asked, reply)


@pytest.mark.usefixtures("unhurried")
def test_a_coding_that_nobody_asked_for_is_one_violation(small: SqliteDatabase) -> None:
    """And hides no other."""
    some = clauses() - {"model", "seed-rows"}
    (only,) = verify("http://reference", database=small, only=some, dial=dialling(Packing(small.path)))
    assert (only.clause, only.seen) == ("content-type", 1)
    assert (only.expected, only.got) == ("no Content-Encoding: no answer is coded", "Content-Encoding: gzip")


@pytest.mark.parametrize("known", [True, False])
def test_a_coding_that_cannot_be_undone_ends_the_verification(small: SqliteDatabase, known: bool) -> None:
    server, before, left = Packing(small.path), small.rows(), list[str]()
    server.coding, server.pack = "br", lambda body: body[::-1]  # type: ignore[assignment]
    database = small if known else None
    (only,) = verify("http://reference", database=database, gave_up=left.append, dial=dialling(server))
    assert (only.clause, only.got) == ("content-type", "Content-Encoding: br")
    assert set(left) >= clauses() - {"seed-rows"}
    assert small.rows() == before


def test_blocks_are_headed_by_the_clause_and_its_number() -> None:
    findings = Findings()
    for number in range(20):
        findings.add(Violation("item-404", f"GET /items/{number}", "404", str(number), f"curl {number}", "why\nso"))
    findings.add(Violation("json", "GET /json", "a", "b"))
    shown = list(blocks(findings.violations()))
    assert [violation for violation in shown if not violation.startswith(" ")] == [
        "item-404: 20 violations, of which 8 are shown",
        "json: 1 violation",
    ]
    assert shown[1] == (
        "  request   GET /items/0\n  curl      curl 0\n  expected  404\n  got       0\n"
        "  log       why\n            so\n"
    )
    assert "log       as above\n" in shown[2]
    assert count(findings.violations()) == 21
    assert {violation.as_json()["seen"] for violation in findings.violations()} == {20, 1}


def test_what_a_server_said_of_a_failure_stands_below_it(small_template: SqliteTemplate) -> None:
    database = small_template.copy("said")

    class Failing(Reference):
        def route(self, asked: Asked) -> Reply:
            return super().route(asked) if asked.path == "/items" else self.problem(Refusal(500))

    said = iter(f"line {number}" for number in itertools.count())
    with served(Failing(database.path)) as url:
        violations = verify(url, database=database, only={"read-item"}, log=lambda: next(said), asked_at="http://here")
    failed = [violation for violation in violations if violation.got.startswith("500")]
    assert failed
    assert all(violation.log.startswith("line ") for violation in failed if "then" not in violation.request)
    assert any(violation.curl.startswith("curl -i -g --path-as-is http://here/items/") for violation in failed)


def test_equal_violations_are_told_a_few_times_only() -> None:
    findings = Findings()
    for number in range(100):
        findings.add(Violation("problem", f"GET /items/{number}", "an object", "nothing"))
        findings.add(Violation("huge-id", f"GET /items/{number}", "404", str(number)))
    violations = [violation.clause for violation in findings.violations()]
    assert violations.count("problem") == 3
    assert violations.count("huge-id") == 8
