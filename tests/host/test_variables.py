"""Whatever is measured, or measures, sees the same few variables and what the suite tells it."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from bench.crawl.process import crawler
from bench.host import variables
from bench.host.protocol import Process
from bench.load.client import generator
from bench.micro import surroundings
from bench.model import Sut
from bench.suts import servers
from tests import builders
from tests.databases.memory import MemoryTemplate
from tests.fake_host import FakeHost

FOREIGN = (
    *(
        "WEB_CONCURRENCY",
        "GUNICORN_CMD_ARGS",
        "GRANIAN_WORKERS",
        "FLASK_DEBUG",
        "DJANGO_SETTINGS_MODULE",
        "DATABASE_URL",
    ),
    *("PYTHONPATH", "PYTHONWARNINGS", "PYTHONHASHSEED", "PYTHONOPTIMIZE", "LOCUST_USERS", "GEVENT_LOOP"),
    *("http_proxy", "HTTPS_PROXY", "LD_PRELOAD", "FAIRGROUND_MICRO"),
)


class Started(Exception):
    """With what a process would have been started."""


class Starter(FakeHost):
    def start(self, command: Sequence[str | Path], **options: Any) -> Process:
        raise Started(options["env"])


def server(folder: Path) -> AbstractContextManager[object]:
    return servers.serve(Sut.of(builders.app()), "sqlite:///shop", folder / "log", Starter(), folder)


def session(folder: Path) -> AbstractContextManager[object]:
    database = MemoryTemplate().copy("micro")
    raise Started(surroundings.prepare(builders.app(), {}, "micro", database, folder))


def load(folder: Path) -> AbstractContextManager[object]:
    return generator(folder / "log", Starter())


def crawl(folder: Path) -> AbstractContextManager[object]:
    return crawler(folder / "python", folder / "log", Starter())


@pytest.fixture(autouse=True)
def _foreign(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*FOREIGN, *variables.KEPT):
        monkeypatch.setenv(name, "foreign" if name in FOREIGN else "kept")


@pytest.mark.parametrize(
    ("start", "own"),
    [
        (server, {"DATABASE_URL", "PYTHONPATH", "PYTHONUNBUFFERED"}),
        (session, {"DATABASE_URL", "PYTHONPATH", "FAIRGROUND_MICRO"}),
        (load, set()),
        (crawl, set()),
    ],
)
def test_only_the_list_reaches_it(
    tmp_path: Path, start: Callable[[Path], AbstractContextManager[object]], own: set[str]
) -> None:
    with pytest.raises(Started) as started, start(tmp_path):
        pass
    (seen,) = started.value.args
    assert seen.keys() == {*variables.KEPT, *own}
    assert "foreign" not in seen.values()


def test_what_is_not_set_is_not_passed_on() -> None:
    assert variables.kept({"PATH": "/bin", "LC_ALL": "", "http_proxy": "x"}) == {"PATH": "/bin", "LC_ALL": ""}


def test_what_an_app_is_given_beyond_that_takes_the_place_of_nothing(tmp_path: Path) -> None:
    more = {"PYTHONPATH": "/inside", "FAIRGROUND_STATEMENTS": "/log", "DATABASE_URL": "sqlite:///other"}
    serving = servers.serve(
        Sut.of(builders.app()), "sqlite:///shop", tmp_path / "log", Starter(), tmp_path, surroundings=more
    )
    with pytest.raises(Started) as started, serving:
        pass
    (seen,) = started.value.args
    assert seen["PYTHONPATH"] == f"{builders.app().folder}{os.pathsep}/inside"
    assert (seen["FAIRGROUND_STATEMENTS"], seen["DATABASE_URL"]) == ("/log", "sqlite:///shop")
