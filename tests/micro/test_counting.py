"""Instructions per call, counted on real apps."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.databases.protocol import Template
from bench.errors import SetupError, UsageError
from bench.host import local
from bench.host.protocol import Host
from bench.micro import campaign, counting
from bench.micro.counting import Count
from bench.micro.sessions import Setting
from bench.model import FLOORS, NULLS, App, Interface, Sut
from bench.store.results import MicroRound
from tests.fake_host import FakeHost
from tests.here import HERE
from tests.micro.test_sessions import _ASYNC, written

with_valgrind = pytest.mark.skipif(shutil.which("valgrind") is None, reason="needs valgrind, which is not installed")

_TWICE = """
import atexit, sys
atexit.register(print, "some last words that are no answer")
sys.path.insert(0, {folder!r})
import shop

def application(environ, start_response):
    b"".join(shop.application(environ, start_response))
    return shop.application(environ, start_response)
"""


@pytest.fixture
def setting(host: Host, tmp_path: Path, template: Template) -> Setting:
    return Setting(0.02, host, tmp_path, HERE.state, tmp_path / "kept", template)


def count(line_up: list[tuple[str, App]], setting: Setting, *operations: str, seed: int = 1) -> dict[str, Count]:
    return {counted.sut: counted for counted in counting.count(line_up, 1, seed, setting, operations, lambda _: None)}


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """No process that was counted outlives the test."""
    yield
    assert counted() == []


def counted() -> list[str]:
    """The processes under callgrind: it changes their name."""
    return [name for child in psutil.Process().children() if "grind" in (name := child.name())]


@pytest.fixture(scope="module")
def one_round(
    installed: dict[str, App], template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Interface], MicroRound]:
    """A round with the floor of an interface, counted once: a process under valgrind takes seconds to start."""

    @cache
    def of(interface: Interface) -> MicroRound:
        folder = tmp_path_factory.mktemp("round")
        work = campaign.Work(("list-items", "delete-item"), timed=False, counted=True)
        with local.host() as host:
            own = Setting(0.02, host, folder, HERE.state, folder / "kept", template)
            done = campaign.one_round([Sut.of(installed[FLOORS[interface]])], 1, 1, own, work, lambda _: None)
        assert not list(folder.glob("*.callgrind*")), "half a megabyte each"
        return done

    return of


@with_valgrind
@pytest.mark.servers
@pytest.mark.parametrize("interface", ["wsgi", pytest.param("asgi", marks=pytest.mark.slow)])
def test_a_round_counts_every_app_a_twin_and_the_null(
    one_round: Callable[[Interface], MicroRound], nothing_left: None, interface: Interface
) -> None:
    name, nothing, done = FLOORS[interface], NULLS[interface], one_round(interface)
    assert done.failures == ()
    assert done.medians_us == {}
    null = done.instructions[nothing]
    assert set(done.instructions) == {name, "twin", nothing}
    for sut in (name, "twin"):
        assert set(done.instructions[sut]) == {"list-items", "delete-item"}, "rows were there to be deleted"
        assert all(count > null[operation] for operation, count in done.instructions[sut].items())
    once, again = (done.instructions[sut]["list-items"] for sut in (name, "twin"))
    assert again == pytest.approx(once, rel=0.02)


@with_valgrind
@pytest.mark.servers
def test_twice_the_work_takes_twice_the_instructions(
    installed: dict[str, App],
    tmp_path: Path,
    setting: Setting,
    one_round: Callable[[Interface], MicroRound],
    nothing_left: None,
) -> None:
    floor = installed["wsgi"]
    twice = written(floor, tmp_path / "twice", _TWICE.format(folder=str(floor.folder)))
    usual = one_round("wsgi").instructions
    null, once = (usual[sut]["list-items"] for sut in (NULLS["wsgi"], "wsgi"))
    both = count([("twice", twice)], setting, "list-items")["twice"].instructions["list-items"]
    assert (both - null) / (once - null) == pytest.approx(2.0, rel=0.03)


@pytest.mark.servers
def test_what_cannot_be_counted_is_told(
    installed: dict[str, App], tmp_path: Path, setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before any count is read: so a valgrind will do that only runs what it is given, which is soon done."""
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin" / "valgrind"
    tool.write_text('#!/bin/sh\nwhile case "$1" in -*) true;; *) false;; esac; do shift; done\nexec "$@"\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
    floor = installed["wsgi"]
    wrong = written(floor, tmp_path / "wrong", _ASYNC, interface="asgi")
    broken = written(floor, tmp_path / "broken", "import nonsense")
    counts = count([("broken", broken), ("wrong", wrong), ("uncounted", floor)], setting, "list-items")
    assert "list-items" in str(counts["wrong"].failed)
    assert counts["broken"].failed == (
        "the instructions of broken could not be counted: ModuleNotFoundError: No module named 'nonsense'"
    )
    assert str(counts["uncounted"].failed).endswith("callgrind left 0 counts and not 2")


@with_valgrind
@pytest.mark.servers
def test_an_interruption_leaves_no_process(
    installed: dict[str, App], setting: Setting, monkeypatch: pytest.MonkeyPatch, nothing_left: None
) -> None:
    def interrupt(_: str) -> None:
        time.sleep(0.5)
        if counted():
            raise KeyboardInterrupt

    monkeypatch.setattr(type(setting.host), "cpu_count", lambda _: 2)
    with pytest.raises(KeyboardInterrupt):
        counting.count([("one", installed["wsgi"])] * 2, 1, 1, setting, ("json",), interrupt)


def test_a_count_is_read_from_between_the_marks(tmp_path: Path) -> None:
    for number, total in enumerate((7, 1000, 8, 5000), 1):
        (tmp_path / f"a.callgrind.{number}").write_text(f"# callgrind format\nsummary: {total}\n\nfn=(1) main\n1 7\n")
    (tmp_path / "a.callgrind").write_text("summary: 9\n")
    read = counting.read(tmp_path / "a.callgrind", ["json", "browse"])
    assert read == {"json": 1000 / counting.CALLS, "browse": 5000 / counting.CALLS}
    (tmp_path / "a.callgrind.2").write_text("# callgrind format\n")
    with pytest.raises(SetupError, match=r"a\.callgrind\.2 holds no count"):
        counting.read(tmp_path / "a.callgrind", ["json", "browse"])


def test_marks_of_somebody_else_are_noticed(tmp_path: Path) -> None:
    for number in range(1, 4):
        (tmp_path / f"a.callgrind.{number}").write_text("summary: 7\n")
    with pytest.raises(SetupError, match="callgrind left 3 counts and not 2"):
        counting.read(tmp_path / "a.callgrind", ["json"])


def test_without_valgrind_it_says_what_to_do() -> None:
    assert counting.version(FakeHost()) is None
    with pytest.raises(UsageError, match="make valgrind"):
        counting.require(FakeHost())


def test_a_valgrind_that_does_not_run_is_none(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "valgrind"
    tool.write_text("#!/bin/sh\nexit 1\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert counting.version(host) is None
    tool.write_text("#!/bin/sh\necho valgrind-3.99.0\n")
    assert counting.version(host) == "3.99.0"


def tried(stderr: str, *, code: int = 1) -> Host:
    """A machine on which valgrind ends so."""

    class Machine(FakeHost):
        def run(self, command: Sequence[str | Path], *_: Any, **__: Any) -> "subprocess.CompletedProcess[str]":
            assert str(command[0]) == "valgrind"
            return subprocess.CompletedProcess([], code, "", stderr)

    return Machine(programs={"valgrind": ""})


def test_a_valgrind_that_works_is_taken() -> None:
    counting.require(tried("valgrind: a warning", code=0))


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        ("valgrind: failed to start tool 'callgrind': No such file or directory\n", "failed to start tool 'callgrind'"),
        (
            "\nvalgrind:  Fatal error at startup: a function redirection\nvalgrind:  cannot be set up.\nvalgrind:\n"
            "valgrind:  Possible fixes: many\nvalgrind:  Cannot continue -- exiting now.  Sorry.\n\n",
            "Fatal error at startup: a function redirection cannot be set up. Leave out",
        ),
        (
            "==12== valgrind: Unrecognised instruction at address 0x4.\n==12==    at 0x4: f (b.so)\n==12==\n",
            "Unrecognised instruction at address 0x4. Leave out",
        ),
        ("Traceback:\n  x\nImportError: no ssl.", "ImportError: no ssl. Leave out"),
        ("", "it ended without a reason. Leave out"),
    ],
)
def test_one_that_does_not_work_is_refused_with_its_reason(stderr: str, reason: str) -> None:
    with pytest.raises(UsageError, match=f"is installed here and does not work: {re.escape(reason)}"):
        counting.require(tried(stderr))
