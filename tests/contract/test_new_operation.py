"""A new operation is one module and its row in the table: everybody who needs it reads it there."""

import json
import subprocess
import sys
from typing import Any

import pytest

from bench.contract.resources import RESOURCES
from bench.workspace import ROOT

BYTES = bytes(range(256)).decode("latin-1")


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What everybody knows, in a process that has one operation more."""
    command = [sys.executable, "-m", "tests.contract.new_operation"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    known: dict[str, Any] = json.loads(done.stdout)
    return known


def test_it_is_a_workload_that_is_listed_and_planned(seen: dict[str, Any]) -> None:
    assert seen["title"] == "Bytes, and the same bytes back"
    assert "echo" in seen["listed"]
    assert "echo" in seen["planned"]


def test_it_is_loaded_with_its_headers_and_its_bytes(seen: dict[str, Any]) -> None:
    head, _, body = seen["loaded"].partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    assert first.startswith("POST /echo?n=")
    assert lines == [
        *("Host: h:1", "Accept: */*", "Content-Type: application/octet-stream", "X-Mark: seen", "Content-Length: 256")
    ]
    assert body == BYTES


def test_it_is_called_in_process_with_the_same(seen: dict[str, Any]) -> None:
    assert seen["in_process"] == [None, "echo: other bytes"]


def test_a_server_is_asked_for_it_before_it_is_loaded_unless_its_app_leaves_it_out(seen: dict[str, Any]) -> None:
    paths = [line.partition("?")[0] for line in seen["smoke"]]
    assert paths[-1] == "POST /echo"
    assert [line.partition("?")[0] for line in seen["smoke_without"]] == paths[:-1]
    assert "GET /catalog" in paths, "which no app may leave out"


def test_only_what_is_not_required_can_be_left_out(seen: dict[str, Any]) -> None:
    assert seen["asked"] == {"echo": False, "browse": True, "crud-mix": True}
    assert seen["required"] == list(RESOURCES), "what the checks ask every app for"


def test_its_answers_have_its_type(seen: dict[str, Any]) -> None:
    assert seen["types"] == [[], ["content-type"]]
