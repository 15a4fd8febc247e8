"""What a plan says of apps that cannot run here, and which profile it is made from."""

from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.measure import wishes
from bench.measure.wishes import Wishes
from bench.workspace import Workspace
from tests import builders
from tests.suts.test_checkouts import VARIANT, checkout
from tests.suts.test_manifest import with_variant, write


@pytest.mark.parametrize("apps", [None, "default", "all", "some,sync"])
def test_who_of_a_group_cannot_run_here_is_named_in_the_plan(
    apps: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_variant(tmp_path / "apps", VARIANT)
    place = Workspace(tmp_path, tmp_path / "apps", tmp_path / "results", tmp_path / "state")

    def planned(names: str | None) -> tuple[list[str], list[str]]:
        plan = wishes.planned(Wishes("smoke", names), place, lambda _: None, lambda _: None)
        return [sut.id for sut in plan.suts], list(plan.absent)

    monkeypatch.delenv("WEB2PY_HOME", raising=False)
    assert planned(apps) == (["some"], ["web2py"])
    assert planned("some") == (["some"], [])
    monkeypatch.setenv("WEB2PY_HOME", checkout(tmp_path / "there")["WEB2PY_HOME"])
    assert planned(apps) == (["some", "web2py"], [])


def test_what_is_its_own_server_is_left_to_the_native_ones(tmp_path: Path) -> None:
    write(tmp_path / "apps")
    write(tmp_path / "apps", "alone_app", interface='"own"', native_server='"own"')

    def planned(names: str, kind: str | None = None) -> tuple[list[str], list[str]]:
        place = builders.workspace(tmp_path)
        plan = wishes.planned(Wishes("smoke", names, kind=kind), place, lambda _: None, lambda _: None)
        return [sut.id for sut in plan.suts], list(plan.absent)

    assert planned("all") == (["some"], ["alone"])
    assert planned("alone,some", "native") == (["alone-own", "some-gunicorn"], [])
    for names in ("alone,some", "alone_app", "own"):
        with pytest.raises(UsageError, match=r"^alone is its own server, .*`--server native` compares it with others"):
            planned(names)


@pytest.mark.parametrize(
    ("asked", "names", "measured"),
    [
        (None, None, "quick"),
        ("quick", ("mysql",), "quick"),
        ("quick", ("sqlite", "mysql"), "matrix"),
        ("ci", ("sqlite", "mysql"), "ci"),
    ],
)
def test_several_databases_at_once_are_a_shorter_run(
    asked: str | None, names: tuple[str, ...] | None, measured: str, tmp_path: Path
) -> None:
    write(tmp_path / "apps", databases='["sqlite", "mysql"]')
    place = builders.workspace(tmp_path)
    plan = wishes.planned(Wishes(asked, "some", database=names), place, lambda _: None, lambda _: None)
    assert plan.profile.name == measured
    assert len(plan.suts) == len(names or ("sqlite",))
