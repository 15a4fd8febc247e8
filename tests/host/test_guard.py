"""The guard ends what its parent left, however the parent died, and nothing else."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bench.host import guard, kernel
from bench.host.guard import Guard, undisturbed
from bench.workspace import ROOT
from tests.commands import until

SLEEP = [sys.executable, "-S", "-E", "-c", "import time; time.sleep(60)"]
NESTED = f"import subprocess; subprocess.Popen({SLEEP!r}); print(flush=True); import time; time.sleep(60)"
PARENT = """
import subprocess, sys, time
from bench.host.guard import Guard
SLEEP = [sys.executable, "-S", "-E", "-c", "import time; time.sleep(60)"]
with Guard() as guard:
    left, taken_back = (subprocess.Popen(SLEEP, start_new_session=True) for _ in range(2))
    for each in (left, taken_back):
        guard.add(each.pid)
    guard.remove(taken_back.pid)
    print(left.pid, taken_back.pid, guard._process.pid, flush=True)
    {then}
"""
STARTER = """
import sys
from bench.host.guard import Guard
SLEEP = [sys.executable, "-S", "-E", "-c", "import time; time.sleep(60)"]
with Guard() as guard:
    {then}
"""


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def ignores(pid: int, which: signal.Signals) -> bool:
    status = kernel.text(Path(f"/proc/{pid}/status"))
    mask = next(line.split()[1] for line in status.splitlines() if line.startswith("SigIgn:"))
    return bool(int(mask, 16) >> (which - 1) & 1)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own."""
    process = subprocess.Popen(SLEEP, start_new_session=True)
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize(
    ("then", "how"),
    [
        ("time.sleep(60)", signal.SIGKILL),
        ("time.sleep(60)", signal.SIGTERM),
        ("time.sleep(60)", signal.SIGINT),
        ("raise SystemExit(0)", None),
        ("import os; os._exit(3)", None),
    ],
)
def test_groups_die_with_the_parent_and_those_taken_back_live(then: str, how: signal.Signals | None) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(then=then)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert parent.stdout
    left, taken_back, watching = map(int, parent.stdout.readline().split())
    try:
        if how:
            assert alive(left)
            assert alive(watching)
            os.killpg(parent.pid, how)
        parent.wait(10)
        assert until(lambda: not alive(left) and not alive(watching), 5)
        assert alive(taken_back)
    finally:
        os.kill(taken_back, signal.SIGKILL)
        parent.communicate()


def test_a_whole_group_dies() -> None:
    with Guard() as watching:
        process = subprocess.Popen([sys.executable, "-c", NESTED], stdout=subprocess.PIPE, start_new_session=True)
        assert process.stdout
        process.stdout.readline()
        (child,) = psutil.Process(process.pid).children()
        watching.add(process.pid)
    assert process.wait(5) == -signal.SIGKILL
    assert until(lambda: not alive(child.pid), 5)
    process.stdout.close()


def test_what_the_guard_starts_dies_with_the_parent() -> None:
    then = "print(guard.start(SLEEP).pid, flush=True); import os; os._exit(3)"
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTER.format(then=then)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    out, _ = parent.communicate(timeout=10)
    assert parent.returncode == 3
    assert until(lambda: not alive(int(out)), 5)


def test_what_was_ended_is_gone_with_its_group_and_forgotten(guard: Guard) -> None:
    messages: list[str] = []
    with guard.start([sys.executable, "-c", NESTED], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        (child,) = psutil.Process(process.pid).children()
        guard._tell = messages.append  # type: ignore[method-assign]
        guard.end(process)
    assert process.returncode == -signal.SIGKILL
    assert until(lambda: not alive(child.pid), 5)
    assert messages == [f"-{process.pid}\n"]


def test_a_command_is_run_to_its_end(guard: Guard) -> None:
    code = "import sys; print(sys.stdin.read(), 'out'); print('err', file=sys.stderr); sys.exit(3)"
    done = guard.run([sys.executable, "-c", code], 10)
    assert (done.returncode, done.stdout, done.stderr) == (3, " out\n", "err\n")


@pytest.mark.parametrize("how", [subprocess.TimeoutExpired, KeyboardInterrupt])
def test_a_command_that_is_not_waited_for_any_longer_is_gone(guard: Guard, how: type[BaseException]) -> None:
    before = set(psutil.Process().children(recursive=True))
    if how is KeyboardInterrupt:
        threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
    with pytest.raises(how):
        guard.run([sys.executable, "-c", NESTED], 0.5 if how is subprocess.TimeoutExpired else 20)
    assert until(lambda: set(psutil.Process().children(recursive=True)) == before, 5)


def test_groups_that_are_long_gone_do_no_harm(sleeper: subprocess.Popen[bytes]) -> None:
    with Guard() as watching:
        watching.add(999_999_999)
        watching.add(sleeper.pid)
    assert sleeper.wait(5) == -signal.SIGKILL


def test_a_guard_that_was_killed_is_no_reason_to_fail(sleeper: subprocess.Popen[bytes]) -> None:
    with Guard() as watching:
        watching._process.kill()
        watching._process.wait()
        watching.add(sleeper.pid)
        watching.remove(sleeper.pid)
    watching.add(sleeper.pid)
    assert alive(sleeper.pid)


@pytest.mark.skipif(not kernel.text(Path("/proc/self/status")), reason="this system does not say who ignores a signal")
def test_the_guard_hears_neither_ctrl_c_nor_a_polite_end(sleeper: subprocess.Popen[bytes]) -> None:
    with Guard() as watching:
        watching.add(sleeper.pid)
        watching.remove(sleeper.pid)
        assert until(lambda: ignores(watching._process.pid, signal.SIGHUP), 5)
        for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            watching._process.send_signal(which)
        watching.add(sleeper.pid)
        time.sleep(0.05)  # in which it would have died
        assert watching._process.poll() is None
    assert sleeper.wait(5) == -signal.SIGKILL


def test_an_interruption_waits_until_the_start_is_over() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), undisturbed():
        signal.raise_signal(signal.SIGINT)
        done.append("started")
        signal.raise_signal(signal.SIGINT)
        done.append("known")
    assert done == ["started", "known"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_undisturbed_is_nothing_in_a_thread() -> None:
    """Signals interrupt the main thread, and only that one may say who hears them."""
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    def run() -> None:
        with undisturbed():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]


def test_the_guard_imports_nothing_of_ours() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-E", guard.__file__], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="Only Linux shows the environment of a process.")
@pytest.mark.parametrize("options", ["", ", env={'PATH': '/bin'}"])
def test_who_was_started_when_the_parent_was_killed_and_not_named_yet_dies_too(
    options: str, sleeper: subprocess.Popen[bytes]
) -> None:
    killed = "os.kill(os.getpid(), signal.SIGKILL)"
    then = f"import os, signal; guard.add = lambda pid: (print(pid, flush=True), {killed}); guard.start(SLEEP{options})"
    command = [sys.executable, "-c", STARTER.format(then=then)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=30, check=False)
    assert done.returncode == -signal.SIGKILL
    assert until(lambda: not alive(int(done.stdout)))
    assert alive(sleeper.pid)
