"""The machine: told without anything personal."""

import getpass
import os
import re
import socket
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from bench.host import facts
from bench.workspace import ROOT


def times(user: float, idle: float, steal: float) -> SimpleNamespace:
    """CPU times as psutil tells them on Linux: guest times, the last two, stand in user and nice as well."""

    class Times(SimpleNamespace):
        def __getitem__(self, part: slice) -> tuple[float, ...]:
            return (user, 0.0, 1.0, idle, 0.0, 0.0, 0.0, steal, 99.0 * user, 0.0)[part]

    return Times(steal=steal)


def test_the_share_that_was_stolen() -> None:
    assert facts.steal_share(times(10, 80, 5), times(16, 82, 7)) == pytest.approx(0.2)
    assert facts.steal_share(times(10, 80, 5), times(16, 84, 5)) == 0.0
    assert facts.steal_share(times(10, 80, 5), times(10, 80, 5)) == 0.0, "no time, no theft"


def test_where_nobody_tells_nothing_is_known() -> None:
    assert facts.steal_share(SimpleNamespace(user=1), SimpleNamespace(user=2)) is None


def test_the_share_of_this_machine_is_a_share() -> None:
    before = psutil.cpu_times()
    sum(range(10**6))
    share = facts.steal_share(before, psutil.cpu_times())
    assert share is None or 0 <= share <= 1


def test_facts_say_what_the_machine_is_and_nothing_of_whose_it_is() -> None:
    seen = facts.facts(ROOT)
    assert seen.cores == psutil.cpu_count()
    assert seen.python == f"CPython {sys.version.split()[0]}"
    assert seen.memory_bytes > 2**28
    assert re.fullmatch(r"[0-9a-f]{12}", seen.fingerprint)
    assert seen.commit is None or re.fullmatch(r"[0-9a-f]{12}", seen.commit)
    assert isinstance(seen.dirty, bool)
    text = repr(seen)
    for personal in (socket.gethostname(), str(Path.home()), str(ROOT), os.sep + "home", os.sep + "root"):
        assert personal not in text
    assert getpass.getuser() not in re.split(r"\W+", text)


def test_the_fingerprint_is_of_the_hardware_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    here = facts.facts(ROOT).fingerprint
    monkeypatch.setattr(facts.platform, "release", lambda: "99.0")
    assert facts.facts(ROOT).fingerprint == here
    monkeypatch.setattr(facts.psutil, "cpu_count", lambda: 99)
    assert facts.facts(ROOT).fingerprint != here


def test_without_git_there_is_no_commit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert (facts.facts(tmp_path).commit, facts.facts(tmp_path).dirty) == (None, False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (facts.facts(tmp_path).commit, facts.facts(tmp_path).dirty) == (None, False)


@pytest.mark.parametrize(
    ("cpus", "expected"),
    [
        (({0, 1}, {2, 3}), "servers on CPU 0,1, generator on CPU 2,3"),
        ((set(), set()), "none"),
    ],
)
def test_placement_is_told_as_it_is_done(
    monkeypatch: pytest.MonkeyPatch, cpus: tuple[set[int], set[int]], expected: str
) -> None:
    monkeypatch.setattr(facts.processes, "cpu_sets", lambda *_: tuple(map(frozenset, cpus)))
    assert facts.facts(ROOT).pinning == expected


@pytest.mark.parametrize(
    ("cpus", "generators", "expected"),
    [
        (({0}, {2, 3}), 2, "servers on CPU 0, generator on CPU 2,3"),
        (({0}, {1}), 0, "servers on CPU 0, generators on other machines"),
        ((set(), set()), 0, "generators on other machines"),
    ],
)
def test_where_generators_are_is_told_as_well(
    monkeypatch: pytest.MonkeyPatch, cpus: tuple[set[int], set[int]], generators: int, expected: str
) -> None:
    monkeypatch.setattr(facts.processes, "cpu_sets", lambda *_: tuple(map(frozenset, cpus)))
    assert facts.facts(ROOT, 1, generators).pinning == expected
