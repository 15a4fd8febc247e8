"""This machine as a host: what is started on it is found, timed and ended, with all of its group."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from bench.host import local, processes
from bench.host.protocol import LOOPBACK, Host
from tests.commands import until
from tests.here import HERE
from tests.host.working import IDLE

NESTED = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', {IDLE!r}])"]


@pytest.fixture
def allowed() -> frozenset[int]:
    """The CPUs that tests may run on."""
    if not processes.cpus():
        pytest.skip("this system does not pin processes")
    return processes.cpus()


def test_a_process_is_started_on_its_cpus_found_with_its_children_and_ended_with_them(
    host: Host, allowed: frozenset[int]
) -> None:
    cpus = frozenset({min(allowed)})
    process = host.start(NESTED, cpus=cpus)
    assert until(lambda: len(host.pids(process)) == 2, 5)
    pids = host.pids(process)
    assert all(set(psutil.Process(pid).cpu_affinity()) == cpus for pid in pids)
    assert host.clock(pids).cpu_ns() == pytest.approx(host.clock(iter(pids)).cpu_ns(), rel=0.1)
    assert until(lambda: host.memory_peak_bytes(pids[1:]) > 2**20, 5), "a child that has begun its program"
    assert host.memory_peak_bytes(pids) > host.memory_peak_bytes(pids[1:])
    assert host.lives(process)
    host.end(process)
    assert until(lambda: not host.lives(process), 5)
    host.signal(process, signal.SIGTERM)


def test_a_group_hears_a_signal(host: Host) -> None:
    process = host.start(NESTED)
    assert until(lambda: len(host.pids(process)) == 2, 5)
    child = host.pids(process)[1]
    host.signal(process, signal.SIGTERM)
    assert until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie", 5)
    assert process.wait(5) == -signal.SIGTERM


def test_what_is_left_is_ended_with_the_host() -> None:
    with local.host() as host:
        process = host.start([sys.executable, "-c", "import time; time.sleep(60)"])
    assert process.wait(5) == -signal.SIGKILL


def test_a_command_is_run_to_its_end_on_its_cpus(host: Host, allowed: frozenset[int]) -> None:
    cpus = frozenset({max(allowed)})
    done = host.run([sys.executable, "-c", "import os; print(os.sched_getaffinity(0))"], 10, cpus=cpus)
    assert done.stdout == f"{set(cpus)}\n"


def test_a_free_port_is_free_and_a_taken_one_is_refused(host: Host) -> None:
    port = host.free_port()
    assert host.free_port(port) == port
    with socket.create_server((LOOPBACK, port)), pytest.raises(OSError, match="in use"):
        host.free_port(port)
    with pytest.raises(OverflowError):
        host.free_port(65536)


def test_files_are_where_they_were_written(host: Host, tmp_path: Path) -> None:
    assert host.fetch(tmp_path / "log") == tmp_path / "log"


def test_cpus_are_counted_as_far_as_they_are_ours(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    assert host.cpu_count() == (len(processes.cpus()) or os.cpu_count())
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    assert host.cpu_count() == 3


def test_what_the_machine_did_grows(host: Host) -> None:
    before = host.cpu_times()
    time.sleep(0.1)
    assert sum(host.cpu_times()[:8]) > sum(before[:8])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")
def test_who_has_ended_and_is_never_reaped_does_not_live() -> None:
    """As under a PID 1 that reaps nobody's orphans: a process of its own is that here, for what is started below it."""
    command = [sys.executable, "-m", "tests.host.orphans"]
    done = subprocess.run(command, cwd=HERE.root, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended, not reaped, not alive\n", "")


def test_who_listens_on_a_port_is_known(host: Host) -> None:
    with socket.create_server((LOOPBACK, 0)) as ours:
        process = host.start(NESTED)
        assert not host.listens(process, ours.getsockname()[1])
        assert processes.listens([os.getpid()], ours.getsockname()[1])
        host.end(process)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system does not limit another process's memory")
def test_a_process_may_take_half_of_the_memory(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "memory_limit_bytes", lambda: 64 * 2**20)
    code = "import time\ntime.sleep(0.2)\ntry: bytearray(2**27)\nexcept MemoryError: raise SystemExit(7)"
    assert host.start([sys.executable, "-S", "-c", code]).wait(10) == 7


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system does not limit another process's files")
def test_a_process_may_open_as_many_connections_as_the_system_allows(host: Host) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        process = host.start(["sleep", "60"])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    now, most = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
    host.end(process)
    assert now == (65_536 if most == resource.RLIM_INFINITY else min(65_536, most))
