"""What Schemathesis says, and what is made of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from typing import Any

import pytest

from bench.contract.operations import left_out
from bench.errors import SetupError
from bench.fuzz import schema
from bench.fuzz.inside_schemathesis import map_body
from tests.fake_host import FakeHost

SAID = """Schemathesis

=================================== FAILURES ===================================
__________________________________ POST /items __________________________________
1. Test Case ID: HRC0bo

- Undocumented HTTP status code

=================================== SUMMARY ====================================
Test cases: 12
"""


@dataclass
class Schemathesis(FakeHost):
    """Ends with a code, having said something, and leaves a report of so many requests."""

    code: int = 0
    said: str = ""
    sent: int | None = 12
    commands: list[list[str]] = field(default_factory=list)

    def run(self, command: Sequence[str | Path], within_s: float, **_: Any) -> "CompletedProcess[str]":
        self.commands.append([str(word) for word in command])
        if self.sent is None:
            raise TimeoutExpired(list(command), within_s)
        report = Path(self.commands[-1][self.commands[-1].index("--report-json-path") + 1])
        if self.sent:
            report.write_text(json.dumps({"test_cases": {"generated": self.sent}}))
        return CompletedProcess(list(command), self.code, self.said, "")


def run(host: FakeHost, folder: Path) -> tuple[int, str]:
    return schema.run("http://192.0.2.1:9000", "flask", host, folder, Path("openapi.yaml"), 7, examples=3)


def test_nothing_found_is_nothing_said(tmp_path: Path) -> None:
    host = Schemathesis(said="all well")
    assert run(host, tmp_path) == (12, "")
    (command,) = host.commands
    assert command[command.index("--seed") + 1] == "7"
    assert command[command.index("--max-examples") + 1] == "3"


def test_operations_that_an_app_leaves_out_are_not_drawn(tmp_path: Path) -> None:
    host = Schemathesis(said="all well")
    without = left_out(())
    schema.run("http://192.0.2.1:9000", "flask", host, tmp_path, Path("a.yaml"), 7, examples=3, without=without)
    (command,) = host.commands
    assert command[command.index("--exclude-operation-id") + 1] == "check-order"


def test_its_own_words_are_kept(tmp_path: Path) -> None:
    sent, failures = run(Schemathesis(code=1, said=SAID), tmp_path)
    assert sent == 12
    assert failures.splitlines()[0].strip("_ ") == "POST /items"
    assert failures.splitlines()[-1] == "- Undocumented HTTP status code"


def test_words_without_headings_are_kept_whole(tmp_path: Path) -> None:
    assert run(Schemathesis(code=1, said="odd\n"), tmp_path) == (12, "odd")


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        (Schemathesis(code=2, said="no such option"), "Schemathesis failed with 2.\nno such option"),
        (Schemathesis(sent=0), "Schemathesis failed with 0."),
        (Schemathesis(sent=None), "Schemathesis had not finished with flask after 90 s."),
    ],
    ids=["a failure", "no report", "a hang"],
)
def test_a_failure_of_its_own_ends_in_a_sentence(host: FakeHost, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        run(host, tmp_path)
    assert str(caught.value) == sentence


def test_a_tool_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "find_spec", lambda _: None)
    with pytest.raises(SetupError, match="`make fuzz` installs it"):
        schema.require()


def test_whole_numbers_are_written_without_a_point() -> None:
    written = map_body(None, {"price_cents": 5.0, "name": "x", "in_stock": True, "y": 5.5})
    assert json.dumps(written) == '{"price_cents": 5, "name": "x", "in_stock": true, "y": 5.5}'
    assert json.dumps(map_body(None, {"lines": [{"quantity": 2.0}, 0.5]})) == '{"lines": [{"quantity": 2}, 0.5]}'
    assert map_body(None, [5.0]) == [5.0]
