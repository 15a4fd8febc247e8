"""Servers that fail, each in its own way and all of them in one run, beside one that does not.

Each is named by what was seen of it, and nobody else is the worse for it.
"""

import re
from dataclasses import dataclass

import psutil
import pytest

from bench import cli
from bench.host import local
from bench.model import EVERYTHING
from bench.store import archive, storage
from bench.store.results import Run
from tests.faults import yard

pytestmark = pytest.mark.servers

LIMIT_BYTES = 200 * 2**20
"""What a server may take here, so that one that grows without end is there soon."""
ENDS = {
    "exits": (EVERYTHING, "ended with exit code 1 before it was ready. The end of its log: there is no shop to open"),
    "silent": (EVERYTHING, r"was not ready after 1 s: it did not answer\. Its log is empty\."),
    "late:9000": (EVERYTHING, r"was not ready after 1 s: it did not answer\."),
    "dies:40": ("json", r"died with signal SIGKILL \(as where memory runs out\)\. The end of its log: about to die"),
    "falters:40": ("json", r"died with exit code 3\. Its log is empty\."),
    "hangs:40": ("json", r"timed out: not all was answered within 0\.81 s"),
    "garbage:40": ("json", r"errors: \d+ x malformed"),
    "grows:0": ("json", r"errors: \d+ x status 500; the end of its log: MemoryError"),
    "fails:40": ("json", r"errors: \d+ x status 500; the end of its log: Traceback: the shelf is empty"),
    "blocks:0": (
        "json",
        r"at most \d+ requests a second over 2 connections, .*: does something block, or is the machine busy\?",
    ),
    "forks:30": ("json", "its server started or ended processes under load, so that its CPU time is not known"),
}
"""By fault, the workload that could not be measured, and the sentence that says why."""
MEASURED = ("sound", "stubborn", "closes:0", "prints:0", "files:0", "threads:30", "warns")


@dataclass(frozen=True)
class Seen:
    """What came of the run, and what was left of it."""

    run: Run
    code: int
    said: str
    left: list[str]


def name(fault: str) -> str:
    return fault.partition(":")[0]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    place = yard.workspace(tmp_path_factory.mktemp("yard"))
    faults = sorted([*ENDS, *MEASURED])
    for fault in faults:
        yard.add(place, name(fault), fault)
    suts = [name(fault) for fault in faults]
    seed = suts.index("sound") + len(suts) - 1  # then the twin is one that does not fail
    with pytest.MonkeyPatch.context() as patch:
        yard.furnish(patch.setattr)
        patch.setattr(local, "memory_limit_bytes", lambda: LIMIT_BYTES)
        said: list[str] = []
        patch.setattr(cli.ERR, "print", lambda *words, **_: said.append(" ".join(map(str, words))))
        with pytest.raises(SystemExit) as ended:
            cli.main(["run", "--profile", "tiny", "--rounds", "1", "--seed", str(seed)], place)
    left = [yard.command_line(process) for process in psutil.Process().children(recursive=True)]
    run = storage.load(archive.latest(place.results))
    return Seen(run, int(ended.value.code or 0), "\n".join(said), [line for line in left if "tiny.py" in line])


@pytest.mark.parametrize("fault", ENDS)
def test_a_server_that_fails_is_named_by_what_was_seen(seen: Seen, fault: str) -> None:
    workload, reason = ENDS[fault]
    (failure,) = [failure for failure in seen.run.rounds[0].failures if failure.sut == name(fault)]
    assert failure.workload == workload
    assert re.search(reason, " ".join(failure.reason.split())), failure.reason


def test_all_others_are_measured(seen: Seen) -> None:
    assert {cell.sut for cell in seen.run.rounds[0].sound_cells()} == {*map(name, MEASURED), "twin"}
    assert (seen.run.run.status, seen.code) == ("complete", 1)
    assert "Traceback" not in seen.said


def test_what_a_server_did_besides_answering_is_said(seen: Seen) -> None:
    checks = {check.id: check for check in seen.run.checks}
    assert checks["quiet-servers"].status == "warn"
    assert "prints" in checks["quiet-servers"].detail
    assert "threads left threads running" in checks["quiet-servers"].detail
    assert "beside the code or database of files (seen.txt)" in checks["quiet-servers"].detail
    assert "warns" not in checks["quiet-servers"].detail, "which was before anybody asked"
    assert "(closes" in checks["reconnects"].detail


def test_nothing_is_left_running(seen: Seen) -> None:
    assert seen.left == []
