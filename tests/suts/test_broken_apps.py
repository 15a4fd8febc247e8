"""Apps that are broken as a newcomer's may be, on real servers and with the real uv: each is told in one sentence, and
the others go on.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bench.errors import ServerError
from bench.host.protocol import Host
from bench.measure import verification
from bench.model import App, Interface, Sut
from bench.suts import servers
from bench.suts.server_table import SERVERS
from tests.commands import Command
from tests.here import HERE

pytestmark = pytest.mark.servers

_EMPTY = "items = []\n"
_WARNS = """
import sys, warnings
warnings.warn("a newer way is there")
sys.path.insert(0, {folder!r})
from shop import application
"""
_BLOCKS = """
import sys, time
sys.path.insert(0, {folder!r})
import shop

async def application(scope, receive, send):
    if scope.get("path") == "/json":
        time.sleep(600)
    await shop.application(scope, receive, send)
"""
_SPEAKING: tuple[tuple[str, Interface], ...] = tuple(
    (name, interface) for name, entry in SERVERS.items() for interface in entry.interfaces
)


def written(app: App, name: str, folder: Path, code: str, server: str | None = None, **changes: str) -> Sut:
    """An app of that code, in the environment of another."""
    own = folder / f"{name}_app"
    own.mkdir()
    (own / "other.py").write_text(code.format(folder=str(app.folder)))
    other = replace(app, folder=own, application="other:application", **changes)
    return replace(Sut.of(other, server), alias=name)


@pytest.mark.parametrize(("server", "interface"), _SPEAKING)
def test_a_callable_that_is_missing_is_told_at_once_by_whatever_server(
    installed: dict[str, App], tmp_path: Path, host: Host, server: str, interface: Interface
) -> None:
    app = installed["asgi" if interface == "asgi" else "wsgi"]
    sut = written(app, "new", tmp_path, _EMPTY, server, interface=interface)
    ended = rf"^new on {server} ended with exit code \d+ before it was ready\.\n"
    began = time.monotonic()
    with (
        pytest.raises(ServerError, match=ended) as caught,
        servers.serve(sut, "sqlite:////nowhere", tmp_path / "log", host, HERE.state),
    ):
        pass
    assert "application" in str(caught.value), "the end of its log names it"
    assert time.monotonic() - began < servers.READY_WITHIN_S / 2, "nobody waits for what has failed"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A check waits half a second for an answer."""
    with monkeypatch.context() as patch:
        patch.setattr(verification, "verify", partial(verification.verify, timeout_s=0.5))
        yield


@pytest.mark.usefixtures("hurried")
def test_what_is_broken_holds_up_nobody(installed: dict[str, App], tmp_path: Path) -> None:
    floor = installed["asgi"]
    codes = {"missing": _EMPTY, "warns": _WARNS, "blocks": _BLOCKS}
    suts = [written(floor, name, tmp_path, code) for name, code in codes.items()]
    left_out: list[str] = []
    violations = verification.verify_suts(
        suts,
        HERE,
        lambda *_: None,
        only=("json",),
        leave_out=lambda sut, error: left_out.append(f"{error}".splitlines()[0]),
    )
    assert left_out == ["missing on granian ended with exit code 1 before it was ready."]
    assert violations["warns"] == []
    assert {violation.clause for violation in violations["blocks"]} >= {"json"}
    assert "no whole answer within 0.5 s" in str(violations["blocks"][0])


def test_pins_that_contradict_each_other_are_told_and_other_apps_made_ready(
    bench: Command, installed: dict[str, App], scrapy: Path, tmp_path: Path
) -> None:
    here = replace(HERE, apps=tmp_path / "apps", state=tmp_path / "state")
    environments = here.state / "environments"
    environments.mkdir(parents=True)
    for name in ("wsgi", scrapy.parents[1].name):
        (environments / name).symlink_to(HERE.state / "environments" / name)
    for name in ("wsgi_app", "odd_app"):
        shutil.copytree(HERE.apps / "wsgi_app", here.apps / name)
    (here.apps / "odd_app" / "requirements.txt").write_text("pymysql==1.1.1\npymysql==1.1.2\n")
    done = bench("setup", "odd", "wsgi", within=here)
    assert (done.code, done.out) == (1, "1 environment ready.\n")
    (said,) = done.err.splitlines()
    assert said.startswith("Left out: The environment of odd could not be made (uv pip install): ")
    assert "pymysql==1.1.1 and pymysql==1.1.2" in said
