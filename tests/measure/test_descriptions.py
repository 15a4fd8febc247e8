"""A SUT as a stored run describes it."""

from pathlib import Path

import pytest

from bench.contract.operations import left_out
from bench.measure import descriptions, plan
from bench.measure.profiles import PROFILES
from bench.store.described import SutInfo
from bench.suts import environments
from tests import builders


def described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **changes: str) -> list[SutInfo]:
    """An app and its variant, on both servers."""
    monkeypatch.setattr(environments, "versions", lambda app, packages, state: dict.fromkeys(packages, "1.0"))
    apps = [
        builders.app(folder=tmp_path),
        builders.app(folder=tmp_path, variant_of="flask", difference="The ORM.", **changes),
    ]
    return list(descriptions.suts(plan.make(PROFILES["full"], apps, 7), tmp_path))


def test_a_variant_is_said_with_the_app_that_it_is_a_variant_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suts = described(tmp_path, monkeypatch, variant="orm")
    assert [sut.id for sut in suts] == ["flask", "flask-gunicorn", "flask-orm", "flask-orm-gunicorn"]
    assert [sut.variant_of for sut in suts] == ["", "", "flask", "flask-gunicorn"]
    assert [sut.label for sut in suts[1:3]] == ["Flask 1.0", "Flask 1.0 (orm)"]
    assert [sut.difference for sut in suts[1:3]] == ["", "The ORM."]
    assert suts[0].code == suts[1].code != suts[2].code


def test_a_variant_with_a_name_of_its_own_has_its_own_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (*_, other, _) = described(tmp_path, monkeypatch, name="other", label="Other")
    assert (other.id, other.label, other.variant_of) == ("other", "Other 1.0", "flask")


def test_several_workers_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "versions", lambda app, packages, state: dict.fromkeys(packages, "1.0"))
    app = builders.app(folder=tmp_path, variant="orm", variant_of="flask")
    suts = descriptions.suts(plan.make(PROFILES["quick"], [app], 7, workers=(1, 4)), tmp_path)
    assert [sut.label for sut in suts] == ["Flask 1.0 (orm)", "Flask 1.0 (orm, 4 workers)"]
    assert [sut.variant_of for sut in suts] == ["flask", "flask-4w"]


def test_what_is_not_offered_is_named_where_the_run_asks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "versions", lambda app, packages, state: dict.fromkeys(packages, "1.0"))
    lacking = {"browse": "no templates", "huge-id": "a driver", **left_out(())}
    apps = [builders.app(folder=tmp_path), builders.app("bottle", folder=tmp_path, unsupported=lacking)]
    plan_ = plan.make(PROFILES["quick"], apps, 7)
    assert [list(sut.not_offered) for sut in descriptions.suts(plan_, tmp_path)] == [[], ["browse"]]
    plan_ = plan.make(PROFILES["quick"], apps, 7, chosen=("check-order",))
    (_, bottle) = descriptions.suts(plan_, tmp_path)
    assert bottle.not_offered == {"browse": "no templates", "check-order": left_out(())["check-order"]}
    assert list(bottle.not_hardened) == ["huge-id"]


def test_the_start_of_servers_is_a_workload_wherever_servers_start() -> None:
    assert [(info.id, info.kind) for info in descriptions.started(PROFILES["quick"])] == [("start", "start")]
    assert list(descriptions.started(PROFILES["micro"])) == []


def test_what_is_too_much_for_a_server_is_not_offered_and_its_threads_are_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "versions", lambda app, packages, state: dict.fromkeys(packages, "1.0"))
    apps = [builders.app(folder=tmp_path), builders.app("quart", folder=tmp_path, interface="asgi")]
    plan_ = plan.make(PROFILES["quick"], apps, 7, chosen=("slow-upstream-10", "slow-upstream-100"))
    flask, quart = descriptions.suts(plan_, tmp_path)
    few, many = (descriptions.closed(workload, plan_.profile) for workload in plan_.workloads)
    assert (few.concurrency, many.concurrency) == (10, 100)
    assert flask.lacks(few) is None
    assert flask.lacks(many) == "granian runs it on 1 thread, so that each of 100 users would wait 5 s or more"
    assert flask.notes == ("granian runs it on 1 thread, so it waits for at most 1 call of a service at a time.",)
    assert (quart.notes, quart.not_offered) == ((), {})
    assert descriptions.suts(plan.make(PROFILES["quick"], apps, 7), tmp_path)[0].notes == ()
