"""Ids are rendered in one place, and as stored runs know them."""

import pytest

from bench.identity import SutKey, WorkloadKey
from bench.model import Sut
from tests import builders


@pytest.mark.parametrize(
    ("key", "spelled"),
    [
        (SutKey("flask"), "flask"),
        (SutKey("flask", server="gunicorn"), "flask-gunicorn"),
        (SutKey("flask", edition="3.1.2"), "flask@3.1.2"),
        (SutKey("flask", server="gunicorn", edition="abc1234"), "flask-gunicorn@abc1234"),
        (SutKey("flask", "slowed"), "flask-slowed"),
        (SutKey("flask", database="postgresql"), "flask-postgresql"),
        (SutKey("flask", workers=2), "flask-2w"),
        (SutKey("flask", "slowed", "gunicorn", "mysql", 4, "1.0"), "flask-slowed-gunicorn-mysql-4w@1.0"),
    ],
)
def test_an_id_leaves_out_what_is_usual(key: SutKey, spelled: str) -> None:
    assert key.id == spelled


def test_a_sut_has_its_apps_edition_and_a_copy_its_own_id() -> None:
    sut = Sut.of(builders.app(edition="3.1.2"), "gunicorn")
    assert (sut.id, sut.server, str(sut.app)) == ("flask-gunicorn@3.1.2", "gunicorn", "flask@3.1.2")
    copy = Sut(sut.app, sut.key, alias="twin")
    assert (copy.id, copy.server) == ("twin", "gunicorn")


@pytest.mark.parametrize(
    ("key", "spelled"),
    [
        (WorkloadKey("crud-mix", "closed"), "crud-mix"),
        (WorkloadKey("crud-mix", "open"), "crud-mix-open"),
        (WorkloadKey("crud-mix", "open", 0.7), "crud-mix-open-70"),
        (WorkloadKey("crud-mix", "open", 1.0), "crud-mix-open-100"),
        (WorkloadKey("crud-mix", "capacity"), "crud-mix-capacity"),
        (WorkloadKey("json", "micro"), "json-in-process"),
    ],
)
def test_a_workload_is_called_after_how_it_is_driven(key: WorkloadKey, spelled: str) -> None:
    assert key.id == spelled


def test_the_trials_of_a_search_are_numbered() -> None:
    assert WorkloadKey("crud-mix", "capacity").trial_id(3) == "crud-mix-capacity-3"
