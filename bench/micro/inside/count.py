"""Calls the application between marks, for callgrind to count. Runs in the app's environment, under valgrind.

Callgrind writes down what it has counted whenever `getpgrp` is entered, a function that nothing else here calls; so
every other count is that of the calls, and those between are what was done around them.
"""

import gc
import json
import os
from pathlib import Path

import subject

mark = os.getpgrp


def main() -> None:
    """Warm up and call each operation; leave the first answers, which the suite checks against the contract."""
    told = subject.brief()
    application = subject.load(told["application"])
    firsts: dict[str, str] = {}
    for operation, question in told["questions"].items():
        with subject.stock(question["stock"]):
            ask, status = subject.caller(application, told["interface"], question)
            firsts[operation] = str(ask(), "utf-8", "replace")
            call(ask, told["warm_up"])
            gc.collect()
            gc.disable()  # as pytest-benchmark does around what it times
            mark()
            call(ask, told["calls"])
            mark()
            gc.enable()
            if status() != question["status"]:
                raise SystemExit(f"the last answer to {operation} was {status()}, not {question['status']}")
    Path(told["answers"]).write_text(json.dumps(firsts), "utf-8")


def call(ask: subject.Call, times: int) -> None:
    """Ask so often."""
    for _ in range(times):
        ask()


main()
