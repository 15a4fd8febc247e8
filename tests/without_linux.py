"""Python as it is on a system that has no /proc and no /sys, and none of Linux's other facilities: no pinning, no limit
on another process's memory and no clock of one, nothing that a hypervisor takes. Nor does it fork. `-m` and `-c`.

python tests/without_linux.py [OPTION...] -m MODULE ARGUMENT...
"""

import os
import resource
import runpy
import sys
import time
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import psutil

sys.path[0] = str(Path(__file__).resolve().parents[1])
from bench.load import client  # noqa: E402

_LINUX = (
    (os, ("sched_getaffinity", "sched_setaffinity")),
    (resource, ("prlimit",)),
    (time, ("CLOCK_BOOTTIME",)),
    (psutil.Process, ("cpu_affinity",)),
)
_SYSTEM = time.clock_gettime_ns, Path.read_text, psutil.cpu_times
_CpuTimes = namedtuple("_CpuTimes", ("user", "nice", "system", "idle"))


def _clock_gettime_ns(clock: int) -> int:
    if clock < 0:
        raise OSError(22, "Invalid argument")
    return _SYSTEM[0](clock)


def _process_times(process: psutil.Process) -> SimpleNamespace:
    """Finer than in ticks, as on macOS; and as there only psutil tells."""
    try:
        return SimpleNamespace(user=_SYSTEM[0]((~process.pid << 3) | 2) / 1e9, system=0.0)
    except OSError:
        raise psutil.NoSuchProcess(process.pid) from None


def _read_text(path: Path, *arguments: str, **options: str) -> str:
    if path.is_absolute() and path.parts[1] in ("proc", "sys"):
        raise FileNotFoundError(2, "No such file or directory", str(path))
    return _SYSTEM[1](path, *arguments, **options)


def _fork() -> int:
    raise OSError(38, "Function not implemented")


def _run(arguments: list[str]) -> None:
    while arguments[0] not in ("-m", "-c") and arguments[0].startswith("-"):
        del arguments[0]
    how, what, *rest = arguments if arguments[0] in ("-m", "-c") else ("", *arguments)
    sys.argv = [what, *rest]
    if how == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    elif how == "-c":
        exec(what, {"__name__": "__main__"})
    else:
        runpy.run_path(what, run_name="__main__")


if __name__ == "__main__":
    for place, names in _LINUX:
        for name in names:
            delattr(place, name)
    time.clock_gettime_ns, Path.read_text = _clock_gettime_ns, _read_text  # type: ignore[assignment,method-assign]
    os.fork = os.forkpty = _fork  # type: ignore[assignment]
    psutil.Process.cpu_times = _process_times
    psutil.cpu_times = lambda: _CpuTimes(*_SYSTEM[2]()[:4])
    if generator := os.environ.get("WITHOUT_LINUX"):  # the only child that reads another process's clock
        vars(client)["sys"] = SimpleNamespace(executable=generator)
    _run(sys.argv[1:])
