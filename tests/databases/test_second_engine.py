"""Another kind of database is a module and a row: whatever names one or drives one then does so with it too.

How a round puts its copies back is tried on the made-up engine in `tests/measure/test_rounds.py`.
"""

from pathlib import Path

import pytest

from bench import databases
from bench.cli import choices
from bench.errors import UsageError
from bench.measure import descriptions, plan
from bench.measure.plan import Plan
from bench.measure.profiles import PROFILES
from bench.suts import environments, manifest
from tests import builders
from tests.databases.memory import Memory
from tests.suts.test_manifest import complaint, write

APPS = [builders.app(name, databases=("memory", "sqlite")) for name in ("flask", "wsgi")]


@pytest.fixture
def row(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is changed for it."""
    engine = Memory()
    monkeypatch.setitem(databases.ENGINES, engine.name, engine)


def planned(database: str) -> Plan:
    return plan.make(PROFILES["quick"], APPS, 1, on=[database])


def test_without_the_row_nobody_knows_it(tmp_path: Path) -> None:
    assert "names 'memory', which is none of: sqlite, postgresql, mysql" in complaint(
        write(tmp_path, databases='["memory"]')
    )
    with pytest.raises(UsageError, match="no database called 'memory'; there are: sqlite"):
        planned("memory")


def test_a_manifest_may_list_it(row: None, tmp_path: Path) -> None:
    assert manifest.load(write(tmp_path, databases='["memory"]')).databases == ("memory",)


def test_it_is_listed(row: None) -> None:
    assert choices.columns(APPS)["Databases"][-1] == ("memory", "1.0")
    assert choices.as_json(APPS)["databases"][-1] == "memory"


def test_apps_are_measured_on_it(row: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "versions", lambda app, packages, state: dict.fromkeys(packages, "1.0"))
    assert [info.key.database for info in descriptions.suts(planned("memory"), tmp_path)] == ["memory", "memory"]
    assert [info.key.database for info in descriptions.suts(planned("sqlite"), tmp_path)] == ["sqlite", "sqlite"]


def test_an_app_that_does_not_list_it_is_refused(row: None) -> None:
    with pytest.raises(UsageError, match="other does not work on memory: its manifest lists sqlite"):
        plan.make(PROFILES["quick"], [*APPS, builders.app("other")], 1, on=["memory"])
    with pytest.raises(UsageError, match="other does not work on sqlite: its manifest lists postgresql"):
        plan.make(PROFILES["quick"], [*APPS, builders.app("other", databases=("postgresql",))], 1)
