"""Python as it is on a system that has no /proc, no /sys, no pinning and no clock of another process: `-m` and `-c`.

python tests/without_linux.py [OPTION...] -m MODULE ARGUMENT...
"""

import os
import runpy
import sys
import time
from pathlib import Path
from types import SimpleNamespace

sys.path[0] = str(Path(__file__).resolve().parents[1])
from bench.load import client  # noqa: E402

_SYSTEM = time.clock_gettime_ns, Path.read_text


def _clock_gettime_ns(clock: int) -> int:
    if clock < 0:
        raise OSError(22, "Invalid argument")
    return _SYSTEM[0](clock)


def _read_text(path: Path, *arguments: str, **options: str) -> str:
    if path.is_absolute() and path.parts[1] in ("proc", "sys"):
        raise FileNotFoundError(2, "No such file or directory", str(path))
    return _SYSTEM[1](path, *arguments, **options)


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
    del os.sched_getaffinity, os.sched_setaffinity
    time.clock_gettime_ns, Path.read_text = _clock_gettime_ns, _read_text  # type: ignore[assignment,method-assign]
    if generator := os.environ.get("WITHOUT_LINUX"):  # the only child that reads another process's clock
        vars(client)["sys"] = SimpleNamespace(executable=generator)
    _run(sys.argv[1:])
