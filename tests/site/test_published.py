"""What was published before, fetched from a server of our own; and nothing built on half of it."""

import contextlib
import json
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pytest

from bench.errors import BenchError, StorageError, UsageError
from bench.site import card, feeds, published, shelf
from bench.site.stored import Source
from bench.store import storage
from bench.store.results import Run
from tests.site import past

Answer = tuple[int, bytes] | tuple[int, bytes, dict[str, str]]


class Server:
    """Answers by path; what is not there is 404. `asked` has every path that somebody wanted."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.url = ""
        self.byte_s = 0.0
        """What a byte of an answer takes."""

    def publish(self, *runs: Run, **listed: Any) -> None:
        """The site of some runs, as far as a machine reads it."""
        bodies = {run.run.id: json.dumps(asdict(run)).encode() for run in runs}
        digests = {run: shelf.digest(body) for run, body in bodies.items()}
        listing = listed or feeds.listing([card.of(run) for run in runs], digests)
        self.answers["/runs.json"] = (200, json.dumps(listing).encode())
        for run, body in bodies.items():
            self.answers[f"/runs/{run}/run.json"] = (200, body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    ours = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ours.asked.append(self.path)
            code, body, *more = ours.answers.get(self.path, (404, b"Not here"))
            headers: dict[str, str] = {"Content-Length": str(len(body))} | (more[0] if more else {})
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if not ours.byte_s:
                self.wfile.write(body)
                return
            with contextlib.suppress(OSError):  # nobody listens any more
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(ours.byte_s)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        ours.url = f"http://127.0.0.1:{serving.server_port}"
        thread = Thread(target=serving.serve_forever, args=(0.02,))
        thread.start()
        yield ours
        serving.shutdown()
        thread.join()


def fetch(url: str, known: Collection[str], here: dict[str, Path] | None = None) -> dict[str, Run] | None:
    """The runs themselves, in place of where they are."""
    local = {run: Source(Path("run.json"), "", past.run(1).environment.fingerprint) for run in known}
    with TemporaryDirectory() as into:
        sources = published.fetch(url, local, (here or {}).get, Path(into))
        return None if sources is None else {run: storage.load(source.path) for run, source in sources.items()}


def failing(work: Callable[[], object], kind: type[BenchError] = StorageError) -> str:
    with pytest.raises(kind) as caught:
        work()
    assert str(caught.value).endswith(".")
    return str(caught.value)


def test_runs_come_back_as_they_went(server: Server) -> None:
    runs = [past.run(1), past.run(2)]
    server.publish(*runs)
    assert fetch(server.url, ()) == {run.run.id: run for run in reversed(runs)}


def test_only_what_is_not_here_is_fetched(server: Server) -> None:
    server.publish(past.run(1), past.run(2))
    fetched = fetch(f"{server.url}/", [past.run(1).run.id])
    assert fetched == {past.run(2).run.id: past.run(2)}
    assert server.asked == ["/runs.json", f"/runs/{past.run(2).run.id}/run.json"]


def test_the_run_of_another_machine_with_the_same_id_is_fetched(server: Server) -> None:
    other = replace(past.run(1), environment=replace(past.run(1).environment, fingerprint="another00000"))
    server.publish(other)
    assert fetch(server.url, [other.run.id]) == {other.run.id: other}


def test_an_older_site_that_names_no_machines_has_no_other_run_of_an_id(server: Server) -> None:
    server.publish(past.run(1))
    server.publish(runs=[{"id": past.run(1).run.id}])
    assert fetch(server.url, [past.run(1).run.id]) == {}


def test_what_stands_here_as_it_was_published_is_not_fetched(server: Server, tmp_path: Path) -> None:
    server.publish(past.run(1), past.run(2))
    here = tmp_path / "run.json"
    here.write_bytes(server.answers[f"/runs/{past.run(1).run.id}/run.json"][1])
    fetched = fetch(server.url, (), {shelf.digest(here.read_bytes()): here})
    assert fetched == {past.run(day).run.id: past.run(day) for day in (1, 2)}
    assert server.asked == ["/runs.json", f"/runs/{past.run(2).run.id}/run.json"]


def test_where_nothing_is_published_yet_that_is_no_error(server: Server) -> None:
    assert fetch(server.url, ()) is None


def test_an_empty_site_has_no_runs(server: Server) -> None:
    server.publish()
    assert fetch(server.url, ()) == {}


@pytest.mark.parametrize("code", [403, 410, 500, 503])
def test_any_other_answer_is_an_error(server: Server, code: int) -> None:
    server.answers["/runs.json"] = (code, b"")
    assert f"the server answered {code}" in failing(lambda: fetch(server.url, ()))


def test_a_run_that_is_listed_and_not_there_is_an_error(server: Server) -> None:
    server.publish(past.run(1))
    del server.answers[f"/runs/{past.run(1).run.id}/run.json"]
    assert "is listed but missing" in failing(lambda: fetch(server.url, ()))


@pytest.mark.parametrize(
    "body",
    [
        *(b"<html>", b"", b"[]", b"{}", b'{"runs": 3}', b'{"runs": [1]}', b'{"runs": [{}]}', b"\xff"),
        b"[" * 100_000,
    ],
)
def test_a_list_that_is_none_is_an_error(server: Server, body: bytes) -> None:
    server.answers["/runs.json"] = (200, body)
    assert "is not the list of a site's runs" in failing(lambda: fetch(server.url, ()))


@pytest.mark.parametrize("name", ["../../../x", "..", "", "%2e%2e", "20261101T040000Z-quick/../x", None, "\x1b[31m"])
def test_an_id_that_leads_elsewhere_is_never_asked_for(server: Server, name: object) -> None:
    server.publish(runs=[{"id": name}])
    assert "not that of a run" in failing(lambda: fetch(server.url, ()))
    assert server.asked == ["/runs.json"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", "is not a stored run"),
        (b"\xff", "it is not UTF-8"),
        (b'{"schema_version": 7}', "has schema version 7"),
        (json.dumps(asdict(past.run(2))).encode(), "is another run"),
    ],
)
def test_a_run_that_is_none_is_an_error_and_names_where_it_was(server: Server, body: bytes, expected: str) -> None:
    server.publish(past.run(1))
    path = f"/runs/{past.run(1).run.id}/run.json"
    server.answers[path] = (200, body)
    said = failing(lambda: fetch(server.url, ()))
    assert expected in said
    assert f"{server.url}{path}" in said


def test_half_an_answer_is_an_error(server: Server) -> None:
    body = b'{"runs": []}'
    server.answers["/runs.json"] = (200, body, {"Content-Length": str(len(body) + 5)})
    assert "cannot be fetched" in failing(lambda: fetch(server.url, ()))


def test_too_much_is_an_error(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "_MOST_BYTES", 10)
    server.publish(past.run(1))
    assert "larger than" in failing(lambda: fetch(server.url, ()))
    monkeypatch.undo()
    monkeypatch.setattr(published, "_MOST_RUNS", 1)
    server.publish(past.run(1), past.run(2))
    assert "more than 1 runs" in failing(lambda: fetch(server.url, ()))


def test_too_long_is_an_error(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "_WITHIN_S", -1.0)
    server.publish(past.run(1))
    assert "took longer" in failing(lambda: fetch(server.url, ()))


def test_a_server_that_sends_a_byte_now_and_then_is_not_waited_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "_WITHIN_S", 0.2)
    server.answers["/runs.json"] = (200, b" " * 1000)
    server.byte_s = 0.01
    began = time.monotonic()
    assert "took longer" in failing(lambda: fetch(server.url, ()))
    assert time.monotonic() - began < 5


def test_redirections_without_an_end_are_an_error(server: Server) -> None:
    server.answers["/runs.json"] = (302, b"", {"Location": f"{server.url}/runs.json"})
    assert "cannot be fetched: Exceeded 10 redirects" in failing(lambda: fetch(server.url, ()))
    assert len(server.asked) == 11


def test_a_redirection_is_followed_to_http_alone(server: Server) -> None:
    server.publish(past.run(1))
    for name in ("runs.json", f"runs/{past.run(1).run.id}/run.json"):
        server.answers[f"/old/{name}"] = (301, b"", {"Location": f"{server.url}/{name}"})
    assert list(fetch(f"{server.url}/old", ()) or ()) == [past.run(1).run.id]
    for place in ("file:///etc/hostname", "ftp://127.0.0.1/x", "data:application/json,{}"):
        server.answers["/old/runs.json"] = (302, b"", {"Location": place})
        assert "cannot be fetched" in failing(lambda: fetch(f"{server.url}/old", ()))


def test_a_server_that_is_not_there_is_an_error() -> None:
    assert "cannot be fetched: Connection refused. " in failing(lambda: fetch("http://127.0.0.1:1", ()))


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc", "ftp://example.org", "example.org", "", "http://", "https://:8000", "http://a b", "/etc"),
        *(
            "http://x/\n",
            "http://x/?a=b",
            "http://x/#y",
            "http://name:word@x",
            "http://x:99999",
            "http://[",
            "http://ä",
        ),
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    assert "is not the address of a published site" in failing(lambda: fetch(url, ()), UsageError)
