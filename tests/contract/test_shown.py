"""What a reader of a violation gets to see, and that the command line asks the same."""

import shlex
import subprocess

import pytest

from bench.contract.message import Answer, Request
from bench.contract.shown import curl, literal

AT = "http://localhost:8000"


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (Request("GET", "/items?offset=1&limit=[2]"), f"curl -i -g --path-as-is '{AT}/items?offset=1&limit=[2]'"),
        (Request("HEAD", "/json"), f"curl -i -g --path-as-is --head {AT}/json"),
        (
            Request("PUT", "/items/1", b'{"name": "it\'s"}'),
            f"""curl -i -g --path-as-is -X PUT -H 'Content-Type: application/json' --data-binary """
            f"""'{{"name": "it'"'"'s"}}' {AT}/items/1""",
        ),
        (Request("POST", "/items", b"x" * 2_001), ""),
    ],
)
def test_a_request_can_be_repeated_from_a_shell(request_: Request, line: str) -> None:
    assert curl(request_, AT) == line


@pytest.mark.parametrize("body", ["{}", "{\n}", "\x00%d\\1", "ü\xff"])
def test_a_body_that_a_shell_cannot_hold_is_printed_into_curl(body: str) -> None:
    """With `cat` in the place of curl, which gets its words from the line as a shell reads them."""
    octets = body.encode("latin-1")
    line = curl(Request("POST", "/items", octets, None), AT)
    if "|" in line:
        printed, _, called = line.partition(" | ")
        assert subprocess.run(["sh", "-c", printed], capture_output=True, check=True).stdout == octets
        assert "@-" in shlex.split(called)
    else:
        assert shlex.split(line)[-2].encode() == octets


def test_of_a_long_text_the_part_that_decides_is_shown() -> None:
    wanted = "a" * 400 + "b" + "c" * 99
    assert literal(wanted.replace("b", "d"), wanted) == f"{'a' * 20 + 'd' + 'c' * 39!r} from character 380 on, of 500"
    assert literal("short\n") == r"'short\n'"


def test_two_spellings_of_a_letter_do_not_look_alike() -> None:
    assert (literal("é", "e\u0301"), literal("e\u0301", "é")) == (r"'\xe9'", r"'e\u0301'")
    assert literal("é!", "é?") == "'é!'"


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (b"Hello, World!\n", r"200 'Hello, World!\n'"),
        (b" Hello", "200 ' Hello'"),
        (b'{"a": 1}', '200 {"a": 1}'),
        (b'{"a": 1}\n', """200 '{"a": 1}\\n'"""),
        (b"\xff", r"200 b'\xff'"),
        (b"", "200"),
    ],
)
def test_no_space_or_line_end_of_an_answer_is_lost(body: bytes, seen: str) -> None:
    assert Answer(Request("GET", "/"), 11, 200, (), body).summary() == seen
