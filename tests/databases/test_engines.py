"""What every engine does, tried on each that has a row, and on one that is made up."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench import databases
from bench.contract import seed
from bench.databases.protocol import Database, Engine, Template
from bench.databases.sqlite import Sqlite
from bench.errors import UsageError
from tests import builders
from tests.databases.memory import Memory

FIRST = seed.items()[0]
SEED = {item.id: item for item in seed.items()}
SERVED = ("postgresql", "mysql")
STOCK = range(seed.ROWS + 1, seed.ROWS + 4)


@pytest.fixture(params=["sqlite", "memory", *(pytest.param(name, marks=pytest.mark.servers) for name in SERVED)])
def template(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Template]:
    name: str = request.param
    if name in SERVED:
        yield request.getfixturevalue(name)
        return
    engine: Engine = Memory() if name == Memory.name else databases.find(name)
    with engine.seeded(tmp_path) as seeded:
        yield seeded


def test_every_engine_is_tried() -> None:
    assert {*databases.ENGINES} == {"sqlite", *SERVED}


@pytest.fixture
def database(template: Template) -> Database:
    return template.copy("one")


def test_a_copy_holds_the_seed(database: Database) -> None:
    assert database.rows() == SEED


def test_everybody_has_a_copy_of_their_own(template: Template) -> None:
    one, other = template.copy("one"), template.copy("other")
    one.write(replace(FIRST, name="Changed"))
    assert one.read(FIRST.id) == replace(FIRST, name="Changed")
    assert other.read(FIRST.id) == FIRST
    assert one.url != other.url


def test_a_copy_takes_the_place_of_the_last_of_its_name(template: Template) -> None:
    before = template.copy("one")
    before.write(replace(FIRST, price_cents=1))
    after = template.copy("one")
    assert (after.url, after.rows()) == (before.url, SEED)


def test_it_is_put_back_whatever_was_done_to_it(database: Database) -> None:
    database.repair({FIRST.id: replace(FIRST, in_stock=not FIRST.in_stock)}, database.rows())
    assert len(database.rows()) == 1
    database.restore()
    assert database.rows() == SEED


def test_stock_has_the_ids_after_the_seed_and_goes_again(database: Database) -> None:
    database.restore(len(STOCK))
    assert database.rows().keys() - SEED.keys() == set(STOCK)
    database.restore()
    assert database.rows() == SEED


def test_a_row_that_is_not_there_is_none(database: Database) -> None:
    assert database.read(seed.ROWS + 1) is None


def test_an_inserted_row_is_gone_at_the_end_however_that_comes(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.inserted(FIRST) as added:
        assert database.read(added) == replace(FIRST, id=added)
        assert added not in SEED
        raise ZeroDivisionError
    assert database.rows() == SEED


def test_the_next_id_is_the_one_after_all_others_also_in_a_table_that_was_put_back(database: Database) -> None:
    for stock in (len(STOCK), 0):
        database.restore(stock)
        with database.inserted(FIRST) as added:
            assert added == seed.ROWS + stock + 1


def test_texts_come_back_as_they_were_sent(database: Database) -> None:
    texts = ["🎪 and 👩‍🚀", "trailing ", " Leading", "case", "CASE", "e\u0301", "é", "\\%'\"`"]
    sent = {key: replace(SEED[key], name=text, description=text) for key, text in enumerate(texts, 1)}
    for item in sent.values():
        database.write(item)
    assert {key: database.read(key) for key in sent} == sent


def test_what_differs_is_repaired(database: Database) -> None:
    gone, wrong, extra = FIRST, replace(SEED[2], description="Wrong"), replace(FIRST, id=seed.ROWS + 7)
    spoilt = {key: item for key, item in SEED.items() if key != gone.id} | {2: wrong, extra.id: extra}
    database.repair(spoilt, SEED)
    assert database.rows() == spoilt
    database.repair(SEED, spoilt)
    assert database.rows() == SEED


def test_an_engine_is_taken_by_name_for_apps_that_all_work_on_it() -> None:
    both, other = builders.app("both", databases=("mysql", "sqlite")), builders.app("other", databases=("mysql",))
    assert databases.shared([both]).name == databases.DEFAULT
    with pytest.raises(UsageError, match="other does not work on sqlite: its manifest lists mysql"):
        databases.shared([both, other])
    with pytest.raises(UsageError, match="no database called 'oracle'; there are: sqlite, postgresql, mysql"):
        databases.shared([both], "oracle")


def test_engines_are_chosen_by_a_list_or_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "ENGINES", {"sqlite": Sqlite(), "memory": Memory()})
    assert databases.choose("memory, sqlite,memory") == ("memory", "sqlite")
    assert databases.choose("all") == ("sqlite", "memory")
    for words, complaint in ((",", "names nothing"), ("sqlite,oracle", "no database called 'oracle'")):
        with pytest.raises(UsageError, match=complaint):
            databases.choose(words)
