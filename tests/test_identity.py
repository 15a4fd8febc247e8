"""Ids are rendered in one place, and as stored runs know them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.identity import SutKey, WorkloadKey
from bench.model import Sut
from tests import builders
from tests.here import HERE

MARKS = ("@", "-open", "-capacity", "-in-process", "_app", ".service", ".lag")
"""What stands in an id, a folder or the name of a series behind something else."""
ELSEWHERE = {
    "cli/machines.py": {"@"},  # of an account there
    "contract/client.py": {"@"},  # of a URL
    "contract/shown.py": {"@"},  # of what curl reads
    "databases/address.py": {"@"},  # of a URL
    "databases/mysql.py": {"@"},  # of an account
    "databases/relay.py": {"@"},  # of a URL
    "report/letters.py": {"@"},  # of a letter
    "report/table_csv.py": {"@"},  # of a formula
    "suts/environments.py": {"@"},  # of a folder
    "suts/discovery.py": {"_app"},
    "suts/manifest.py": {"_app"},
    "suts/scaffold.py": {"_app"},
}
KNOW_ALL = {"identity.py", "store/migrations.py"}


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


def test_an_app_is_called_alike_whatever_serves_it() -> None:
    key = SutKey("flask", "orm", "gunicorn", "mysql", 4, "1.0")
    assert key.app_id == SutKey("flask", "orm").app_id == str(builders.app(variant="orm")) == "flask-orm"


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


def literals(path: Path) -> Iterator[str]:
    """Every string in a module that is no docstring, parts of f-strings too."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {statement.value for statement in ast.walk(tree) if isinstance(statement, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in said:
            yield node.value


def test_nobody_else_puts_ids_together_or_takes_them_apart() -> None:
    bench = HERE.root / "bench"
    for path in bench.rglob("*.py"):
        name = str(path.relative_to(bench))
        marks = {mark for text in literals(path) for mark in MARKS if text.startswith(mark)}
        assert name in KNOW_ALL or marks <= ELSEWHERE.get(name, set()), f"{name}: {marks}"
