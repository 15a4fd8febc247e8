"""A process that adopts orphans and reaps none, as a PID 1 may; prints what becomes of one."""

import ctypes
import subprocess
import sys

import psutil

from bench.host import local
from tests.commands import until
from tests.host.working import IDLE

_SET_SUBREAPER = 36  # prctl(2), PR_SET_CHILD_SUBREAPER
_PARENT = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, '-S', '-c', {IDLE!r}], stdout=subprocess.DEVNULL)
time.sleep(60)  # and never waits for the child, which may be the first to end
"""


def main() -> None:
    """Start a process with a child, end both, and leave the child unreaped."""
    ctypes.CDLL(None).prctl(_SET_SUBREAPER, 1)
    with local.host() as host:
        process = host.start([sys.executable, "-c", _PARENT], stdout=subprocess.DEVNULL)
        assert until(lambda: len(host.pids(process)) == 2, 5)
        orphan = host.pids(process)[1]
        host.end(process)
        assert until(lambda: psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE, 5)
        print("ended, not reaped,", "alive" if host.lives(process) else "not alive")


if __name__ == "__main__":
    main()
