"""What is printed on streams that cannot say all of it."""

import io
import json
import sys

import pytest

from bench.cli import streams
from bench.report import files
from bench.words import SHAPES
from tests.commands import Command

FOREIGN = "µ é ▲ 😀 \udcff"


@pytest.fixture(params=["latin-1", "ascii", "utf-8"])
def narrow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: object) -> list[io.TextIOWrapper]:
    """Both streams, in an encoding that lacks most characters, or such as are none."""
    opened = [io.TextIOWrapper(io.BytesIO(), encoding=request.param, write_through=True) for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", opened[0])
    monkeypatch.setattr(sys, "stderr", opened[1])
    streams.prepare()
    return opened


def test_what_an_encoding_lacks_is_escaped_as_json_has_it(narrow: list[io.TextIOWrapper]) -> None:
    for stream in narrow:
        print(json.dumps(FOREIGN, ensure_ascii=False), file=stream)
        stream.seek(0)
        assert json.load(stream) == FOREIGN


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("compare", "results/reference", "results/reference"), 0),
        (("report", "results/reference"), 0),
        (("list",), 0),
        (("verify", "nöpe ▲"), 2),
    ],
)
def test_every_command_can_be_printed_in_any_encoding(
    narrow: list[io.TextIOWrapper],
    bench: Command,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
) -> None:
    monkeypatch.setattr(files, "write", lambda *_: None)
    assert bench(*arguments).code == code


def test_a_stream_that_is_closed_takes_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    streams.prepare()
    with sys.stdout:
        print(FOREIGN[:-1])
        streams.finish()


def test_shapes_are_what_no_narrow_encoding_has() -> None:
    """Else the tests above would show nothing."""
    with pytest.raises(UnicodeEncodeError):
        "".join(SHAPES.values()).encode("latin-1")
