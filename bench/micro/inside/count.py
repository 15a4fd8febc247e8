"""Calls the application between marks, for callgrind to count. Runs in the app's environment, under valgrind.

Callgrind dumps its counts whenever `getpgrp` is entered, a function that nothing else here calls; so every second dump
is of the calls, and the others are of the work around them.
"""

import gc
import json
import os
from pathlib import Path
from typing import Any

import subject

mark = os.getpgrp
_SLOWER = 20
"""A call may take so many times as long under valgrind."""


def main() -> None:
    """Count each operation; leave the first answers, which the suite checks against the contract."""
    brief = subject.brief()
    application = subject.load(brief["application"])
    with subject.served(application, brief["interface"]) as serve:
        firsts = {name: count(serve, name, brief) for name in brief["questions"]}
    Path(brief["answers"]).write_text(json.dumps(firsts), "utf-8")


def count(serve: subject.Served, operation: str, brief: dict[str, Any]) -> str:
    """Warm up and call one operation; returns the first answer."""
    question = brief["questions"][operation]
    ask, status = serve(question)
    first = str(subject.first(ask, within_s=_SLOWER * subject.FIRST_WITHIN_S), "latin-1")
    call(ask, brief["warm_up"])
    gc.collect()
    gc.disable()  # as pytest-benchmark does around what it times
    mark()
    call(ask, brief["calls"])
    mark()
    gc.enable()
    if status() != question["status"]:
        raise SystemExit(f"the last answer to {operation} was {status()}, not {question['status']}")
    return first


def call(ask: subject.Call, times: int) -> None:
    """Make so many requests."""
    for _ in range(times):
        ask()


main()
