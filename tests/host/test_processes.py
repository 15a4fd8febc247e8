"""What memory processes took and where they run, seen on processes that are known to rest or to hold memory."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bench.host import kernel, processes
from tests.host.working import IDLE, Start, gone

MEBIBYTE = 2**20


def test_whoever_is_gone_costs_nothing(start: Start) -> None:
    pid = gone(start)
    assert processes.memory_peak_bytes([pid]) == 0
    assert processes.tree(pid) == ()
    assert processes.memory_peak_bytes([]) == 0


def test_a_tree_has_every_descendant(start: Start) -> None:
    nested = "import subprocess, sys\nsubprocess.run([sys.executable, '-S', '-c', {!r}])"
    root = start(nested.format(nested.format(IDLE)))
    pids = processes.tree(root)
    assert pids[0] == root
    assert len(pids) == len(set(pids)) == 3
    for pid in pids[1:]:
        os.kill(pid, 9)


def test_shared_memory_is_divided_where_the_system_says_it(start: Start) -> None:
    pids = [start(IDLE), start(IDLE)]
    least = MEBIBYTE if kernel.text(Path("/proc/self/smaps_rollup")) else -1
    assert least < processes.memory_pss_bytes(pids) < processes.memory_peak_bytes(pids)
    assert processes.memory_pss_bytes([]) == processes.memory_pss_bytes([2**22 + 1]) == 0


@pytest.mark.skipif(not kernel.text(Path("/proc/self/status")), reason="this system does not remember a memory peak")
def test_the_memory_peak_is_remembered_after_it_is_over(start: Start) -> None:
    small = processes.memory_peak_bytes([start(IDLE)])
    large = processes.memory_peak_bytes([start(f"x = bytearray({64 * MEBIBYTE}); del x\n{IDLE}")])
    assert large - small == pytest.approx(64 * MEBIBYTE, rel=0.1)


def test_whoever_works_in_a_folder_is_ended(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_LEAVE_WITHIN_S", 0.1)
    inside, beside = tmp_path / "left", tmp_path / "left-alone"
    for folder in (inside / "data", beside):
        folder.mkdir(parents=True)
    go = "import os, signal; os.chdir({!r})\n" + IDLE
    polite, elsewhere = start(go.format(str(inside / "data"))), start(go.format(str(beside)))
    stubborn = start("import signal; signal.signal(signal.SIGQUIT, signal.SIG_IGN)\n" + go.format(str(inside)))
    processes.end_within(inside)
    assert not any(map(runs, (polite, stubborn)))
    assert runs(elsewhere)


def runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.fixture
def cpus() -> Iterator[frozenset[int]]:
    """The CPUs of the tests, given back afterwards."""
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system does not pin processes")
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
    [
        (({0}, 1), (set(), set())),
        (({0, 1}, 1), ({0}, {1})),
        (({4, 2, 9}, 1), ({2}, {4})),
        (({4, 2, 9}, 2), ({2, 4}, {9})),
        (({4, 2, 9}, 8), ({2, 4}, {9})),
    ],
)
def test_servers_and_generator_are_apart_where_there_are_two_cpus(
    monkeypatch: pytest.MonkeyPatch, here: tuple[set[int], int], expected: tuple[set[int], set[int]]
) -> None:
    there, workers = here
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: there, raising=False)
    assert processes.cpu_sets(workers) == expected
    monkeypatch.delattr(os, "sched_getaffinity")
    assert processes.cpu_sets() == (frozenset(), frozenset())


def test_without_proc_and_affinity_memory_is_what_it_is_now_and_nothing_is_pinned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on macOS."""

    def no_proc(path: Path, *_: object) -> str:
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr(Path, "read_text", no_proc)
    for name in ("sched_getaffinity", "sched_setaffinity"):
        monkeypatch.delattr(os, name, raising=False)
    assert processes.memory_peak_bytes([os.getpid()]) == pytest.approx(psutil.Process().memory_info().rss, rel=0.2)
    assert processes.cpus() == frozenset()
    assert processes.cpu_sets() == (frozenset(), frozenset())
    with processes.on_cpus(frozenset({0})):
        processes.pin([os.getpid()], frozenset({0}))


def test_a_generator_on_another_machine_shares_no_cpu_with_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "cpus", lambda: frozenset({0}))
    assert "servers and generator share the one CPU that there is" in set(processes.placement_flaws(1, 1))
    assert not [flaw for flaw in processes.placement_flaws(1, 0) if "generator" in flaw]
