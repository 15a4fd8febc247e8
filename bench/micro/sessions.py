"""Sessions of pytest-benchmark: each in the app's own environment, its own process, on a database of its own."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.databases.protocol import Template
from bench.errors import SetupError
from bench.host.processes import ending
from bench.host.protocol import Host
from bench.micro import surroundings
from bench.micro.questions import Question, brief, complaint
from bench.micro.surroundings import INSIDE
from bench.model import App, is_null
from bench.suts import environments

_WITHIN_S = 300.0
_TRACEBACK_LINES, _STDERR_LINES = 16, 8
"""Of the first and only traceback, and of what else was said."""


@dataclass(frozen=True, slots=True)
class Session:
    """What one session saw: the median of each operation by clock (`wall`, `cpu`), in microseconds a call."""

    sut: str
    medians_us: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Setting:
    """How long each operation is timed, where it runs, and where files go."""

    seconds: float
    host: Host
    scratch: Path
    state: Path
    kept: Path
    template: Template


def run(app: App, sut: str, asked: list[Question], number: int, setting: Setting) -> Session:
    """One session; its pytest-benchmark JSON is kept as `SUT-NUMBER.json`.

    Raises SetupError, with the end of pytest's words, when an operation is answered wrongly or the app does not load.
    """
    environment = surroundings.prepare(app, brief(app, sut, asked), f"micro-{sut}", setting.template, setting.scratch)
    kept = setting.kept / f"{sut}-{number}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    _pytest(app, sut, environment, kept, setting)
    return read(json.loads(setting.host.fetch(kept).read_text("utf-8")), sut, asked)


def read(stored: dict[str, Any], sut: str, asked: list[Question]) -> Session:
    """A session from pytest-benchmark's own JSON; raises SetupError for an answer that breaks the contract."""
    by_name = {question.operation: question for question in asked}
    medians: dict[str, dict[str, float]] = {}
    for benchmark in stored["benchmarks"]:
        extra = benchmark["extra_info"]
        wrong = None if is_null(sut) else complaint(by_name[extra["operation"]], extra["first_body"])
        if wrong:
            raise SetupError(f"{sut} is not measured in process: {wrong}.")
        medians.setdefault(extra["operation"], {})[extra["clock"]] = benchmark["stats"]["median"] * 1e6
    return Session(sut, medians)


def _pytest(app: App, sut: str, environment: dict[str, str], kept: Path, setting: Setting) -> None:
    command = [
        str(environments.python(app, setting.state)),
        *("-m", "pytest", str(INSIDE), "--quiet", "--no-header", "--color=no", "-p", "no:cacheprovider"),
        # The settings of our own tests are not for these, and of what went wrong the last lines say the reason.
        *("-c", os.devnull, f"--rootdir={INSIDE}", "--exitfirst", "--tb=short", "-rN", "--disable-warnings"),
        *("--benchmark-disable-gc", "--benchmark-warmup=on"),
        *(f"--benchmark-max-time={setting.seconds}", "--benchmark-warmup-iterations=200", f"--benchmark-json={kept}"),
    ]
    try:
        on_servers, _ = setting.host.cpu_sets()
        done = setting.host.run(command, _WITHIN_S, cpus=on_servers, cwd=app.folder, env=environment)
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"{sut} is not measured in process: that took more than {_WITHIN_S:.0f} s.") from error
    if done.returncode:
        words = "\n".join(
            f"  {line}" for line in (*_last(done.stdout, _TRACEBACK_LINES), *_last(done.stderr, _STDERR_LINES))
        )
        how = ending(done.returncode)
        raise SetupError(f"{sut} could not be measured in process: {how}; the end of what pytest said:\n{words}")


def _last(text: str, count: int) -> list[str]:
    return text.strip().splitlines()[-count:]
