"""Loads the application once and writes down what that took. Runs in the app's environment."""

import json
import os
import time
from pathlib import Path

BEGAN = time.perf_counter()

import subject  # noqa: E402  (the clock runs before anything is imported)


def age_s() -> float:
    """Seconds since the kernel started this process; where that is unknown, since the first line above."""
    try:
        started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except (OSError, AttributeError):
        return time.perf_counter() - BEGAN


def memory_bytes() -> int:
    """Resident memory now, in bytes; 0 where it is unknown."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 0


def main() -> None:
    """Import the application, make one request, and write the figures to the file that the brief names."""
    brief = subject.brief()
    began = time.perf_counter()
    application = subject.load(brief["application"])
    import_s, memory = time.perf_counter() - began, memory_bytes()
    with subject.served(application, brief["interface"]) as serve:
        ask, status = serve(brief["question"])
        subject.first(ask)
        first_answer_s = age_s()
    if status() != 200:
        raise SystemExit(f"the first answer was {status()}")
    seen = {"import_s": import_s, "first_answer_s": first_answer_s, "memory_bytes": memory}
    Path(brief["seen_at"]).write_text(json.dumps(seen), "utf-8")


main()
