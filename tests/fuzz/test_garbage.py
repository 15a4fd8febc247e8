"""A process collects its garbage when it is asked to, and so does one that was forked from it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bench.errors import ServerError
from bench.fuzz import garbage

LEAVES_A_RING = """
import gc, os, sys, weakref
gc.disable()
if "forked" in sys.argv and os.fork():
    os.wait()
    os._exit(0)
class Ring:
    def __init__(self):
        self.own = self
weakref.finalize(Ring(), print, "collected", flush=True).atexit = False
print(os.getpid(), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("how", ["started", "forked"])
def test_garbage_is_gone_when_collect_returns(how: str, tmp_path: Path) -> None:
    ports = tmp_path / "ports"
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", LEAVES_A_RING, how],
        env=os.environ | garbage.surroundings(ports),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        garbage.collect(ports, [pid])
        said, _ = process.communicate(timeout=30)
    assert said == "collected\n"
    garbage.collect(ports, [pid])  # it is gone, and that is no error


def test_who_is_not_pythons_is_passed_over(tmp_path: Path) -> None:
    garbage.surroundings(tmp_path / "ports")
    garbage.collect(tmp_path / "ports", [os.getpid()])


def test_who_does_not_come_to_it_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "_WITHIN_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as busy:
        (tmp_path / "7").write_text(str(busy.getsockname()[1]))
        with pytest.raises(ServerError, match="had not collected its garbage after"):
            garbage.collect(tmp_path, [7])
