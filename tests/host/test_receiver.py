"""The far end of ssh, as a program of its own: what it takes in, what it keeps, and when it ends."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from bench.host import receiver
from bench.host.checkout import Origin
from bench.measure import parcel
from tests.commands import until

MAKEFILE = """\
tool: .venv/.run-ready
.venv/.run-ready: requirements.txt
	@echo made >> made
	@mkdir -p .venv/bin && ln -sf $(PYTHON) .venv/bin/python && touch $@
"""
AGENT = """\
import json, pathlib, sys
print(json.dumps(sys.argv[1:]), flush=True)
sys.stdin.read()
pathlib.Path("ended").touch()
"""


@dataclass
class Far:
    """A cache folder as on the other machine, and a suite that is sent there."""

    suite: Path
    cache: Path
    started: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def place(self) -> Path:
        return self.cache / "fairground" / "box-1"

    def write(self, name: str, text: str) -> None:
        path = self.suite / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def start(self, **environ: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-I", receiver.__file__],
            env={"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(self.cache)}
            | {"SSH_CONNECTION": "192.0.2.1 5000 192.0.2.7 22"}
            | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.started.append(process)
        return process

    def order(self, process: "subprocess.Popen[bytes]", servers_at: str | None = None) -> list[str]:
        """Its replies to an order, with the files where it wants them, up to what the agent prints."""
        sent = parcel.packed(self.suite, Origin("abc", False, ""))
        order = {"name": "box-1", "digest": sent.digest, "size": len(sent.archive)}
        order |= {"servers_at": servers_at, "agent": ["--listen", "there:1"]}
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        replies = []
        while line := process.stdout.readline().decode().strip():
            replies.append(line)
            if line == receiver.WANTS:
                process.stdin.write(sent.archive)
                process.stdin.flush()
            elif line != receiver.MAKES:
                break
        return replies


def end(process: "subprocess.Popen[bytes]") -> tuple[int, str]:
    """The exit code, and what was said, of one whose input ends now."""
    _, said = process.communicate(timeout=20)
    return process.returncode, said.decode()


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Far]:
    arranged = Far(tmp_path / "suite", tmp_path / "cache")
    arranged.write("Makefile", MAKEFILE)
    arranged.write("requirements.txt", "nothing")
    arranged.write("bench/__main__.py", AGENT)
    arranged.write("apps/one_app/app.py", "one")
    yield arranged
    for process in arranged.started:
        process.kill()
        process.communicate()


def test_a_suite_is_taken_in_once_and_its_environment_made_once(far: Far) -> None:
    for replies in (["wants", "makes"], ["makes"]):
        process = far.start()
        *words, agent = far.order(process)
        assert words == replies
        assert json.loads(agent) == ["agent", "--listen", "there:1", "--servers-at", "192.0.2.7"]
        assert end(process) == (0, "")
        assert (far.place / "ended").exists()
        (far.place / "ended").unlink()
    assert (far.place / "made").read_text() == "made\n"


def test_what_has_changed_follows_and_what_is_gone_goes(far: Far) -> None:
    first = far.start()
    far.order(first)
    end(first)
    (far.suite / "apps/one_app/app.py").unlink()
    far.write("apps/other_app/app.py", "other")
    second = far.start()
    assert far.order(second)[0] == "wants"
    end(second)
    assert [path.name for path in (far.place / "apps").iterdir()] == ["other_app"]
    assert (far.place / "made").read_text() == "made\n", "the pins are the same"
    far.write("requirements.txt", "something")
    third = far.start()
    far.order(third, servers_at="192.0.2.9")
    end(third)
    assert (far.place / "made").read_text() == "made\nmade\n"


def test_two_from_one_checkout_wait_for_each_other(far: Far) -> None:
    first = far.start()
    far.order(first)
    second = far.start()
    assert second.stdin
    assert second.stdout
    second.stdin.write(b'{"name": "box-1", "digest": "other", "size": 1}\n')
    second.stdin.flush()
    assert not select.select([second.stdout], [], [], 0.4)[0]
    assert end(first) == (0, "")
    assert second.stdout.readline() == b"wants\n"
    assert end(second)[0] == 1


def test_what_make_says_is_handed_on(far: Far) -> None:
    far.write("Makefile", "tool:\n\t@echo no luck >&2; exit 1\n")
    process = far.start()
    assert far.order(process)[-1] == "makes"
    code, said = end(process)
    assert code == 2
    assert said.startswith("no luck\n")


def test_whoever_leaves_while_it_makes_ends_that(far: Far) -> None:
    far.write("Makefile", "tool:\n\t@echo $$$$ > part; mv part pid; exec sleep 60\n")
    process = far.start()
    assert process.stdin
    assert process.stdout
    sent = parcel.packed(far.suite, Origin("abc", False, ""))
    order = {"name": "box-1", "digest": sent.digest, "size": len(sent.archive)}
    process.stdin.write(json.dumps(order).encode() + b"\n" + sent.archive)
    process.stdin.flush()
    assert [process.stdout.readline() for _ in range(2)] == [b"wants\n", b"makes\n"]
    assert until((far.place / "pid").exists)
    assert end(process)[0] == 1
    assert until(lambda: not psutil.pid_exists(int((far.place / "pid").read_text())))


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"SSH_CONNECTION": ""}, "name one with --servers-at."),
        ({"PATH": "/nowhere"}, "`make`, which sets the suite up, is not there"),
        ({"XDG_CACHE_HOME": "/dev/null"}, "The suite cannot be stored in /dev/null/fairground/box-1: Not a directory."),
    ],
)
def test_what_cannot_be_done_there_is_one_sentence(far: Far, environ: dict[str, str], expected: str) -> None:
    process = far.start(**environ)
    far.order(process)
    code, said = end(process)
    assert code == receiver.REFUSED
    (line,) = said.splitlines()
    assert expected in line
