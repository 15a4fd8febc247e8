"""Groups of apps: what a word on the command line stands for, as folders come and go."""

from pathlib import Path

import pytest

from bench.errors import ManifestError, UsageError
from bench.suts import discovery
from bench.suts.groups import DEFAULT, members
from tests import builders
from tests.here import OURS
from tests.suts.test_manifest import write

FLOORS = (builders.app("wsgi"), builders.app("asgi", interface="asgi"))
BOTTLE = builders.app("bottle")
FLASK = builders.app("flask")
STARLETTE = builders.app("starlette", interface="asgi")
AIOHTTP = builders.app("aiohttp", interface="own")
EVERY = (*FLOORS, BOTTLE, FLASK, STARLETTE, AIOHTTP)


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("default", ["wsgi", "flask"]),
        ("sync", ["wsgi", "bottle", "flask"]),
        ("async", ["asgi", "starlette"]),
        ("own", ["aiohttp"]),
        ("all", ["wsgi", "asgi", "bottle", "flask", "starlette", "aiohttp"]),
    ],
)
def test_a_group_has_the_floors_of_its_interfaces_and_no_other(group: str, names: list[str]) -> None:
    assert [app.name for app in members(EVERY, group)] == names


def test_floors_alone_are_measured_rather_than_nothing() -> None:
    assert members(FLOORS, DEFAULT) == FLOORS


def test_where_none_of_the_default_ones_is_there_all_others_stand_for_them() -> None:
    assert members((BOTTLE, STARLETTE), DEFAULT) == (BOTTLE, STARLETTE)
    assert members((BOTTLE,), "async") == ()


def test_groups_and_apps_are_named_together_and_each_app_comes_once() -> None:
    assert [app.name for app in discovery.select(EVERY, ("async", "flask", "all"))] == [
        *("asgi", "starlette", "flask", "wsgi", "bottle", "aiohttp")
    ]
    with pytest.raises(UsageError, match=r"^The group 'async' has no app here\.$"):
        discovery.select((BOTTLE,), ("async",))


def test_the_default_ones_are_all_here() -> None:
    assert {app.name for app in members(OURS, DEFAULT)} == {"wsgi", "flask", "django", "cherrypy", "py4web"}


def test_of_a_group_too_it_is_told_which_apps_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "broken_app").mkdir()
    write(tmp_path, "cherrypy_app")
    heard: list[ManifestError] = []
    (cherrypy,) = discovery.choose(tmp_path, (DEFAULT,), heard.append)
    assert (cherrypy.name, "broken_app" in str(heard[0]), len(heard)) == ("cherrypy", True, 1)
