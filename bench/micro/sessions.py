"""Sessions of pytest-benchmark, each in the app's own environment, a process of its own and on a database of its own;
those of a round live at the same time and take turns.
"""

import json
import os
import random
import socket
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.databases.protocol import Template
from bench.errors import SetupError
from bench.host.awake import ended
from bench.host.processes import ending
from bench.host.protocol import Host
from bench.micro import surroundings, turns
from bench.micro.questions import Question, brief, complaint
from bench.micro.surroundings import INSIDE
from bench.micro.turns import Player
from bench.model import App, Tell, is_null
from bench.suts import environments

REQUESTS = 16
"""The number of different requests of an operation, which come round and round."""

_LEAVE_WITHIN_S = 30.0
"""The longest time for a session to write its figures and end."""
_TRACEBACK_LINES, _STDERR_LINES = 16, 8
"""The last lines that are shown, of the only traceback and of standard error."""


@dataclass(frozen=True, slots=True)
class Session:
    """The result of one session: the undisturbed cost of each operation by clock (`wall`, `cpu`), in microseconds per
    call.
    """

    sut: str
    medians_us: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Setting:
    """The seconds for which each operation is timed by the CPU clock, the host, and the folders: sessions are stored in
    `kept`.
    """

    seconds: float
    host: Host
    scratch: Path
    state: Path
    kept: Path
    template: Template


@dataclass(frozen=True, slots=True)
class Participant:
    """A participant of a round: an app, its SUT id there, and the questions that it is asked."""

    sut: str
    app: App
    asked: list[Question]


def rotate(
    entries: Sequence[Participant], number: int, seed: int, setting: Setting, tell: Tell
) -> tuple[dict[str, Session], dict[str, str]]:
    """Run a session for each entry, all at the same time and in turns; returns the results by SUT, and the reasons of
    those that have none.

    Each session's pytest-benchmark JSON is kept as `SUT-NUMBER.json`. `tell` receives the name of each operation that
    begins.
    """
    rng, host = random.Random(f"{seed} micro {number}"), setting.host
    seen: dict[str, Session] = {}
    failed: dict[str, str] = {}
    with turns.listener(host) as listening, ExitStack() as stack:
        tell("starting the sessions")
        players = [_start(entry, number, setting, listening, stack) for entry in rng.sample(entries, len(entries))]
        turns.gather(players, listening)
        on_servers, _ = host.cpu_sets()
        for player in players:
            host.pin(host.pids(player.process), on_servers)
        turns.give(players, rng, host, tell)
        by_sut = {player.sut: player for player in players}
        for entry in entries:
            try:
                seen[entry.sut] = _finish(by_sut[entry.sut], entry, number, setting)
            except SetupError as error:
                failed[entry.sut] = str(error)
    return seen, failed


def read(stored: dict[str, Any], sut: str, asked: list[Question]) -> Session:
    """A session from pytest-benchmark's own JSON; raises SetupError for an answer that breaks the contract."""
    by_name = {question.operation: question for question in asked}
    medians: dict[str, dict[str, float]] = {}
    for benchmark in stored["benchmarks"]:
        extra = benchmark["extra_info"]
        wrong = None if is_null(sut) else complaint(by_name[extra["operation"]], extra["first_body"])
        if wrong:
            raise SetupError(f"{sut} is not measured in process: {wrong}.")
        cost_s = undisturbed(benchmark["stats"]["data"], extra["requests"])
        medians.setdefault(extra["operation"], {})[extra["clock"]] = cost_s * 1e6
    return Session(sut, medians)


def undisturbed(times_s: Sequence[float], requests: int) -> float:
    """The time of an undisturbed call, in seconds: the mean over the `requests`, which come round and round, of the
    lowest decile of the times of each.

    On a shared machine most calls may be disturbed, and so a median or a quartile too. No request is left out, so
    costly ones weigh as much as they should.
    """
    laps = np.asarray(times_s[: len(times_s) // requests * requests]).reshape(-1, requests)
    return float(np.quantile(laps, 0.1, axis=0, method="inverted_cdf").mean())


def _start(entry: Participant, number: int, setting: Setting, listening: socket.socket, stack: ExitStack) -> Player:
    """Start pytest in the app's environment; its output goes to files."""
    app, sut, host = entry.app, entry.sut, setting.host
    counts = turns_by_clock(setting.seconds)
    briefing = brief(app, sut, entry.asked) | {
        "turns_at": (*listening.getsockname()[:2], sut),
        "turn_s": turns.TURN_S,
        "most_calls": turns.MOST_CALLS,
        "requests": REQUESTS,
        "turns": counts,
    }
    name = f"micro-{sut}"
    database = setting.template.copy(name)
    environment = surroundings.prepare(app, briefing, name, database, setting.scratch)
    kept = _kept(sut, number, setting)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.unlink(missing_ok=True)
    command = [
        str(environments.python(app, setting.state)),
        *("-m", "pytest", str(INSIDE), "--quiet", "--no-header", "--color=no", "-p", "no:cacheprovider"),
        # The settings of our own tests are not for these, and of what went wrong the last lines say the reason.
        *("-c", os.devnull, f"--rootdir={INSIDE}", "--exitfirst", "--tb=short", "-rN", "--disable-warnings"),
        *("--benchmark-disable-gc", f"--benchmark-json={kept}"),
    ]
    with _words(sut, "out", setting).open("wb") as out, _words(sut, "err", setting).open("wb") as err:
        process = host.start(command, cwd=app.folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
    stack.callback(host.end, process)
    player = Player(sut, process, database, _stock(entry))
    stack.callback(player.close)
    return player


def _stock(entry: Participant) -> dict[str, int]:
    """The rows that must be added for each operation; an application that does nothing uses none up."""
    return {} if is_null(entry.sut) else {question.operation: question.stock for question in entry.asked}


def turns_by_clock(seconds: float) -> dict[str, int]:
    """The turns of each operation by clock: CPU time is compared, and for wall time a quarter of the turns will do."""
    count = max(round(seconds / turns.TURN_S), 1)
    return {"wall": max(count // 4, 1), "cpu": count}


def most_calls(seconds: float) -> int:
    """The most calls of one operation in a session: for the first answer, to warm up, and in its turns."""
    return 1 + REQUESTS + turns.MOST_CALLS * (1 + sum(turns_by_clock(seconds).values()))


def _finish(player: Player, entry: Participant, number: int, setting: Setting) -> Session:
    """Read the figures of a session; raises SetupError where it is late, has failed, or answered wrongly."""
    sut = entry.sut
    if not player.trouble and not ended(player.process, _LEAVE_WITHIN_S):
        player.wait_no_longer(_LEAVE_WITHIN_S)
    if player.trouble:
        raise SetupError(f"{sut} is not measured in process: {player.trouble}.")
    if player.process.returncode:
        words = "\n".join(
            f"  {line}"
            for name, count in (("out", _TRACEBACK_LINES), ("err", _STDERR_LINES))
            for line in _words(sut, name, setting).read_text("utf-8", "replace").strip().splitlines()[-count:]
        )
        how = ending(player.process.returncode)
        raise SetupError(f"{sut} could not be measured in process: {how}; the end of what pytest said:\n{words}")
    kept = setting.host.fetch(_kept(sut, number, setting))
    stored = json.loads(kept.read_text("utf-8"))
    seen = read(stored, sut, entry.asked)
    kept.write_text(json.dumps(_without_bodies(stored), indent=4), "utf-8")
    return seen


def _without_bodies(stored: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a session: its answers were checked, and one may have a megabyte."""
    for benchmark in stored["benchmarks"]:
        del benchmark["extra_info"]["first_body"]
    return stored


def _kept(sut: str, number: int, setting: Setting) -> Path:
    return setting.kept / f"{sut}-{number}.json"


def _words(sut: str, stream: str, setting: Setting) -> Path:
    return setting.scratch / f"micro-{sut}.{stream}"
