"""A new app: it stands where it should, answers without a framework, and says what is left in words of the contract."""

import asyncio
import io
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from bench.contract import verify
from bench.errors import UsageError
from bench.model import Interface
from bench.suts import discovery, scaffold

INTERFACES: tuple[Interface, ...] = ("wsgi", "asgi")
Answered = tuple[int, dict[str, str], bytes]


def ask(application: Any, interface: Interface, method: str, path: str) -> Answered:
    """One request to an application in this process."""
    return asyncio.run(_asgi(application, method, path)) if interface == "asgi" else _wsgi(application, method, path)


def _wsgi(application: Any, method: str, path: str) -> Answered:
    seen: list[Any] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO()}
    body = b"".join(application(environ, lambda *head: seen.extend(head)))
    return int(seen[0][:3]), {name.lower(): value for name, value in seen[1]}, body


async def _asgi(application: Any, method: str, path: str) -> Answered:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application({"type": "http", "method": method, "path": path}, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


@pytest.mark.parametrize("interface", INTERFACES)
@pytest.mark.parametrize("name", ["bottle", "bottle_app"])
def test_a_new_app_is_there_at_once_and_needs_no_package(tmp_path: Path, name: str, interface: Interface) -> None:
    app = scaffold.new(name, interface, tmp_path)
    assert (app.name, app.interface, app.package) == ("bottle", interface, "python")
    assert discovery.discover(tmp_path) == (app,)
    assert "$" not in "".join(path.read_text("utf-8") for path in app.folder.iterdir())


@pytest.mark.parametrize("interface", INTERFACES)
def test_it_answers_what_needs_neither_a_framework_nor_a_database(tmp_path: Path, interface: Interface) -> None:
    folder = scaffold.new("bottle", interface, tmp_path).folder
    application = runpy.run_path(str(folder / "shop.py"))["application"]
    status, headers, body = ask(application, interface, "GET", "/json")
    assert (status, headers["content-type"], body) == (200, "application/json", b'{"message": "Hello, World!"}')
    assert headers["content-length"] == str(len(body))
    assert ask(application, interface, "HEAD", "/plaintext")[::2] == (200, b"")
    status, headers, _ = ask(application, interface, "POST", "/json")
    assert (status, headers["allow"], headers["content-type"]) == (405, "GET, HEAD", "application/problem+json")
    assert ask(application, interface, "GET", "/items")[0] == 404


def test_what_is_left_is_said_in_clauses_of_the_contract_and_the_rest_is_called_so(tmp_path: Path) -> None:
    app = scaffold.new("bottle", "wsgi", tmp_path)
    words = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", (app.folder / scaffold.TODO).read_text("utf-8")))
    assert words <= verify.clauses()
    assert len(words) > 30
    assert (app.folder / "app.toml").read_text("utf-8").splitlines()[0] == 'label = "Bottle"'


@pytest.mark.parametrize("name", ["Bottle", "a-b", "", "../up", "async", "twin"])
def test_a_name_that_no_app_can_have_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="an app's folder is named like"):
        scaffold.new(name, "wsgi", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    app = scaffold.new("bottle", "wsgi", tmp_path)
    (app.folder / "shop.py").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        scaffold.new("bottle", "asgi", tmp_path)
    assert (app.folder / "shop.py").read_text() == "mine"
