"""Two servers that keep the contract are never told apart, and one that does not is, by as few requests as do it."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from bench.contract.client import Client
from bench.contract.message import Request
from bench.databases.sqlite import SqliteTemplate
from bench.fuzz import draws
from bench.fuzz.differential import Side, play, shortened
from tests.contract.conftest import SMALL
from tests.contract.mutations import MUTATIONS
from tests.contract.reference import Asked, Reference, Refusal, Reply, served

STEPS = draws.requests(draws.Lot("1", SMALL), 300, hardened=True)


@contextmanager
def sides(template: SqliteTemplate, *kinds: type[Reference]) -> Iterator[list[Side]]:
    with ExitStack() as stack:
        yield [
            Side(
                kind.__name__,
                stack.enter_context(Client(stack.enter_context(served(kind(database.path))))),
                database,
            )
            for number, kind in enumerate(kinds)
            for database in [template.copy(f"side-{number}")]
        ]


class Changed(Reference):
    """One that may be broken further."""


def test_equal_servers_are_not_told_apart_and_their_tables_are_put_back(small_template: SqliteTemplate) -> None:
    with sides(small_template, Reference, Changed) as both:
        before = both[0].database.rows()
        assert play(both, STEPS) is None
        assert both[0].database.rows() == both[1].database.rows() == before


@pytest.mark.parametrize(
    "name", ["LosesWrites", "EscapesNothing", "TakesNul", "StoresBeforeItRefuses", "NamesNoMethods"]
)
def test_a_broken_server_is_told_from_a_sound_one_by_few_requests(small_template: SqliteTemplate, name: str) -> None:
    with sides(small_template, Reference, MUTATIONS[name][1]) as both:
        difference = play(both, STEPS)
        assert difference
        assert not difference.left_open
        shortest = shortened(both, difference)
    assert len(shortest.steps) <= 8
    assert set(shortest.seen) == {"Reference", name}


def test_tables_are_compared_where_all_answers_are_alike(small_template: SqliteTemplate) -> None:
    class ChangesTheNeighbour(Reference):
        def remove(self, item_id: int) -> bool:
            self.connection.execute("UPDATE item SET price_cents = 7 WHERE id = ?", (item_id + 1,))
            return super().remove(item_id)

    steps = (Request("GET", "/items"), Request("DELETE", "/items/5"), Request("GET", "/plaintext"))
    with sides(small_template, Reference, ChangesTheNeighbour) as both:
        difference = play(both, steps)
        assert difference
        shortest = shortened(both, difference)
    assert shortest.steps == (steps[1],)
    assert "Item(id=6" in shortest.seen["ChangesTheNeighbour"]


def test_what_the_contract_leaves_open_is_said_to_be(small_template: SqliteTemplate) -> None:
    class LooksAtTheBodyFirst(Reference):
        def update_item(self, asked: Asked, item_id: str) -> Reply:
            self.fields(asked)
            return super().update_item(asked, item_id)

    class LooksForTheRowFirst(Reference):
        def update_item(self, asked: Asked, item_id: str) -> Reply:
            if self.row(self.item_id(item_id)) is None:
                raise Refusal(404)
            return super().update_item(asked, item_id)

    steps = (Request("PUT", "/items/99999", b"[]"), Request("GET", "/items"))
    with sides(small_template, LooksAtTheBodyFirst, LooksForTheRowFirst) as both:
        difference = play(both, steps)
    assert difference
    assert difference.left_open
    assert {re.sub(" .*", "", seen) for seen in difference.seen.values()} == {"404", "422"}


def test_a_failure_of_all_is_a_finding(small_template: SqliteTemplate) -> None:
    class Fails(Reference):
        def browse(self, asked: Asked) -> Reply:
            raise Refusal(500)

    with sides(small_template, Fails, Fails) as both:
        difference = play(both, [Request("GET", "/catalog")])
    assert difference


def test_requests_are_the_same_for_a_seed() -> None:
    assert draws.requests(draws.Lot("1 0"), 50, hardened=True) == draws.requests(draws.Lot("1 0"), 50, hardened=True)
    assert draws.requests(draws.Lot("1 0"), 50, hardened=True) != draws.requests(draws.Lot("2 0"), 50, hardened=True)
    core = {request.path for request in draws.requests(draws.Lot("1"), 500, hardened=False)}
    assert not [path for path in core if re.search("[0-9]{20}", path)]
