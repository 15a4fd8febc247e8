"""Instructions per call, counted by valgrind's callgrind: almost the same from run to run, however busy the machine.

Valgrind runs the process on a simulated processor and counts its instructions. No clock takes part, so several may be
counted side by side. Two processes, and so two rounds, still differ in the layout of memory and of hash tables; each
round has another seed for the latter, the same for all SUTs.

Operations that use rows up are counted first: exactly as many rows are added as they use, so that the other operations
find the table as it was.
"""

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from operator import not_
from pathlib import Path

from bench.errors import SetupError, UsageError
from bench.host import variables
from bench.host.awake import Patience
from bench.host.protocol import Host, Process
from bench.micro import surroundings
from bench.micro.questions import Question, brief, complaint, questions
from bench.micro.sessions import Setting
from bench.micro.surroundings import INSIDE
from bench.model import App, Tell, is_null
from bench.suts import environments

CALLS = 50
"""Calls that are counted, for each operation, of the same requests in every app."""
WARM_UP = 20
"""Calls before those: they fill caches, and let Python specialise its bytecode."""

_WITHIN_S = 600.0
_VERSION_WITHIN_S = 60.0
_VALGRIND = ("valgrind", "--quiet", "--tool=callgrind")
_ITS_WORDS = re.compile(r"^(?:==\d+== )?valgrind: *")
"""What stands before each line that valgrind says of itself."""
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Count:
    """Instructions per call by operation, or the reason why there are none."""

    sut: str
    instructions: Mapping[str, float]
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """A process that is counted, and the files for its counts, its first answers and its standard error."""

    sut: str
    asked: Sequence[Question]
    process: Process
    counts: Path
    answers: Path
    words: Path
    patience: Patience


def version(host: Host) -> str | None:
    """Valgrind's version; None where it is not installed, or does not run."""
    if not host.has("valgrind"):
        return None
    done = host.run(["valgrind", "--version"], _VERSION_WITHIN_S)
    return done.stdout.strip().removeprefix("valgrind-") or None if done.returncode == 0 else None


def require(host: Host) -> None:
    """Raise UsageError where nothing can be counted: valgrind is missing, or cannot run an interpreter that does
    nothing.
    """
    if not host.has("valgrind"):
        raise UsageError(
            "Counting instructions needs valgrind, which is not installed here: install it (`make valgrind` does, on "
            "Debian and Ubuntu), or leave out --instructions."
        )
    try:
        command = [*_VALGRIND, "--callgrind-out-file=/dev/null", sys.executable, "-S", "-E", "-c", ""]
        tried = host.run(command, _VERSION_WITHIN_S, env=variables.kept())
        failed = _reason(tried.stderr) if tried.returncode else ""
    except subprocess.TimeoutExpired:
        failed = f"it had not finished after {_VERSION_WITHIN_S:.0f} s"
    if failed:
        raise UsageError(f"Valgrind is installed here and does not work: {failed}. Leave out --instructions.")


def count(
    line_up: Sequence[tuple[str, App]],
    number: int,
    seed: int,
    setting: Setting,
    chosen: tuple[str, ...],
    tell: Tell,
) -> list[Count]:
    """Count each SUT once, one process on each CPU; returns the counts in the order in which they end. `tell` receives
    the name of each that begins.
    """
    hash_seed = random.Random(f"{seed} instructions {number}").randrange(2**32)
    waiting, running, done = list(line_up), list[_Job](), list[Count]()
    try:
        while waiting or running:
            while waiting and len(running) < setting.host.cpu_count():
                sut, app = waiting.pop(0)
                tell(f"counting {sut}")
                running.append(_start(app, sut, hash_seed, setting, chosen))
            ended = [job for job in running if job.process.poll() is not None or not job.patience.left_s()]
            done += [_finish(job, setting.host) for job in ended]
            running = [job for job in running if job not in ended]
            time.sleep(0 if ended else _LOOK_S)
    finally:
        for job in running:
            setting.host.end(job.process)
    return done


def _start(app: App, sut: str, hash_seed: int, setting: Setting, chosen: tuple[str, ...]) -> _Job:
    asked = sorted(questions(app, chosen, stock=1 + WARM_UP + CALLS), key=lambda question: not question.stock)
    counts, answers, words = (setting.scratch / f"count-{sut}.{kind}" for kind in ("callgrind", "answers", "words"))
    answers.unlink(missing_ok=True)
    briefing = brief(app, sut, asked) | {"calls": CALLS, "warm_up": WARM_UP, "answers": str(answers)}
    database = setting.template.copy(f"count-{sut}")
    database.restore(max((question.stock for question in asked), default=0))
    environment = surroundings.prepare(app, briefing, f"count-{sut}", database, setting.scratch)
    command = [
        *(*_VALGRIND, "--dump-before=getpgrp", f"--callgrind-out-file={counts}"),
        *(str(environments.python(app, setting.state)), str(INSIDE / "count.py")),
    ]
    with words.open("wb") as said:
        process = setting.host.start(
            command,
            cwd=app.folder,
            env=environment | {"PYTHONHASHSEED": str(hash_seed)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    return _Job(sut, asked, process, counts, answers, words, Patience(_WITHIN_S))


def _finish(job: _Job, host: Host) -> Count:
    """End a process and read its counts."""
    late = job.process.poll() is None
    host.end(job.process)
    try:
        return Count(job.sut, _instructions(job, late))
    except SetupError as error:
        return Count(job.sut, {}, f"the instructions of {job.sut} could not be counted: {error}")
    finally:
        for dump in _dumps(job.counts):
            dump.unlink()


def _instructions(job: _Job, late: bool) -> dict[str, float]:
    """Instructions per call by operation; raises SetupError for a process that failed or answered wrongly."""
    if late:
        raise SetupError(f"it took more than {_WITHIN_S:.0f} s")
    if job.process.returncode or not job.answers.is_file():
        raise SetupError(_reason(job.words.read_text("utf-8", "replace")))
    firsts = json.loads(job.answers.read_text("utf-8"))
    for question in () if is_null(job.sut) else job.asked:
        if wrong := complaint(question, firsts[question.operation]):
            raise SetupError(wrong)
    return read(job.counts, [question.operation for question in job.asked])


def read(counts: Path, operations: Sequence[str]) -> dict[str, float]:
    """Instructions per call by operation, from callgrind's dumps `counts`.1, .2 and so on: every second one is of
    calls.

    Raises SetupError where there are more or fewer than the marks explain.
    """
    last = 2 * len(operations)
    dumps = {path.suffix for path in _dumps(counts) if path != counts}
    if dumps != {f".{number}" for number in range(1, last + 1)}:
        raise SetupError(f"callgrind left {len(dumps)} counts and not {last}")
    return {
        operation: _total(counts.with_name(f"{counts.name}.{number}")) / CALLS
        for operation, number in zip(operations, range(2, last + 1, 2), strict=True)
    }


def _total(dump: Path) -> int:
    """The count of a dump, from its head."""
    with dump.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("summary:"):
                return int(line.split()[1])
    raise SetupError(f"{dump.name} holds no count")


def _dumps(counts: Path) -> Iterator[Path]:
    yield from counts.parent.glob(f"{counts.name}*")


def _reason(words: str) -> str:
    """Why a process failed: the first paragraph of what valgrind says, which ends in many lines of advice; and of what
    a program says, the last line.
    """
    lines = words.strip().splitlines()
    own = [_ITS_WORDS.sub("", line).strip() for line in lines if _ITS_WORDS.match(line)]
    paragraph = " ".join(takewhile(bool, dropwhile(not_, own)))
    return (paragraph or (lines or ["it ended without a reason"])[-1].strip()).rstrip(".")
