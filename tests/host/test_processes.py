"""What processes cost and where they run, seen on processes that are known to work, to rest or to hold memory."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.host import processes

BUSY = "print(flush=True)\nwhile True: pass"
IDLE = "import time\nprint(flush=True)\ntime.sleep(60)"
MEBIBYTE = 2**20

Start = Callable[[str], int]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts Python on some code and returns its process id once it has printed a line."""
    started: list[subprocess.Popen[bytes]] = []

    def run(code: str) -> int:
        process = subprocess.Popen([sys.executable, "-S", "-E", "-c", code], stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout
        process.stdout.readline()
        return process.pid

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_cpu_time_grows_for_who_works_and_not_for_who_rests(start: Start) -> None:
    busy, idle = start(BUSY), start(IDLE)
    time.sleep(0.05)
    before = processes.cpu_ns([busy]), processes.cpu_ns([idle])
    began = time.monotonic_ns()
    time.sleep(0.25)
    worked, rested = processes.cpu_ns([busy]) - before[0], processes.cpu_ns([idle]) - before[1]
    assert 10_000_000 < worked < (time.monotonic_ns() - began) * 1.1
    assert rested < 2_000_000


def test_cpu_time_is_told_in_less_than_a_tick_and_summed(start: Start) -> None:
    one, other = start(IDLE), start(IDLE)
    time.sleep(0.02)
    assert processes.cpu_ns([one, other]) == processes.cpu_ns([one]) + processes.cpu_ns([other])
    assert processes.cpu_ns([one, other]) % 1_000_000 or processes.cpu_ns([one]) % 1_000_000


def test_cpu_time_without_the_clocks_of_other_processes(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on systems where they cannot be read."""
    busy = start(BUSY)
    time.sleep(0.1)
    exact = processes.cpu_ns([busy])
    monkeypatch.delattr(time, "clock_gettime_ns")
    assert processes.cpu_ns([busy]) == pytest.approx(exact, abs=100_000_000)
    assert processes.cpu_ns([gone(start)]) == 0


def gone(start: Start) -> int:
    pid = start("print(flush=True)")
    os.waitpid(pid, 0)
    return pid


def test_whoever_is_gone_costs_nothing(start: Start) -> None:
    pid = gone(start)
    assert processes.cpu_ns([pid]) == 0
    assert processes.memory_peak_bytes([pid]) == 0
    assert processes.tree(pid) == ()
    assert processes.cpu_ns([]) == processes.memory_peak_bytes([]) == 0


def test_a_tree_has_every_descendant(start: Start) -> None:
    nested = "import subprocess, sys\nsubprocess.run([sys.executable, '-S', '-c', {!r}])"
    root = start(nested.format(nested.format(IDLE)))
    found = processes.tree(root)
    assert found[0] == root
    assert len(found) == len(set(found)) == 3
    for pid in found[1:]:
        os.kill(pid, 9)


def test_the_memory_peak_is_remembered_after_it_is_over(start: Start) -> None:
    small = processes.memory_peak_bytes([start(IDLE)])
    large = processes.memory_peak_bytes([start(f"x = bytearray({64 * MEBIBYTE}); del x\n{IDLE}")])
    assert large - small == pytest.approx(64 * MEBIBYTE, rel=0.1)


@pytest.fixture
def cpus() -> Iterator[frozenset[int]]:
    """The CPUs of the tests, given back afterwards."""
    before = os.sched_getaffinity(0)
    yield frozenset(before)
    os.sched_setaffinity(0, before)


def test_children_inherit_the_cpus_and_the_parent_keeps_its_own(start: Start, cpus: frozenset[int]) -> None:
    one = frozenset({min(cpus)})
    with processes.on_cpus(one):
        child = start(IDLE)
    assert os.sched_getaffinity(child) == one
    assert os.sched_getaffinity(0) == cpus
    with pytest.raises(ZeroDivisionError), processes.on_cpus(one):
        _ = 1 / 0
    assert os.sched_getaffinity(0) == cpus


def test_running_processes_are_moved_with_all_their_threads(start: Start, cpus: frozenset[int]) -> None:
    threads = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n" + IDLE
    child = start(threads)
    one = frozenset({max(cpus)})
    processes.pin([child, gone(start)], one)
    tasks = [int(task.name) for task in Path(f"/proc/{child}/task").iterdir()]
    assert len(tasks) == 2
    assert all(os.sched_getaffinity(task) == one for task in tasks)


def test_no_cpus_mean_no_pinning(start: Start, cpus: frozenset[int]) -> None:
    with processes.on_cpus(frozenset()):
        child = start(IDLE)
    processes.pin([child], frozenset())
    assert os.sched_getaffinity(child) == cpus


@pytest.mark.parametrize(
    ("here", "expected"),
    [({0}, (set(), set())), ({0, 1}, ({0}, {1})), ({4, 2, 9}, ({2}, {4}))],
)
def test_servers_and_generator_are_apart_where_there_are_two_cpus(
    monkeypatch: pytest.MonkeyPatch, here: set[int], expected: tuple[set[int], set[int]]
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: here)
    assert processes.cpu_sets() == expected
    monkeypatch.delattr(os, "sched_getaffinity")
    assert processes.cpu_sets() == (frozenset(), frozenset())
