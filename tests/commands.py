"""`python -m bench`: in this process, or in one of its own, and what that leaves running."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.store import storage
from bench.store.results import Run
from bench.workspace import ROOT

WITHIN_S = 60.0


@dataclass(frozen=True)
class Done:
    """What a command did that ran in this process."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


def sentence(done: Done, code: int = 2) -> str:
    """What a command that could not be done says: one sentence on standard error, and nothing else anywhere."""
    assert done.code == code, done
    assert done.out == ""
    assert "Traceback" not in done.err
    lines = done.err.strip().splitlines()
    assert len(lines) == 1, done.err
    assert lines[0].endswith(".")
    return lines[0]


class Commands:
    """Commands that store below `folder`. Every process below them carries the folder in its environment as TMPDIR.

    `before` is what another program wants before its own command, such as `ip netns exec NAME`.
    """

    def __init__(self, folder: Path, *program: str, before: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self._before = before
        self._program = program or ("bench",)
        self.results = folder / "results"
        self._started: list[subprocess.Popen[str]] = []

    def __enter__(self) -> "Commands":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.communicate()
        for process in self.alive():
            process.kill()

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command; what it prints goes to pipes."""
        process = subprocess.Popen(
            [*self._before, sys.executable, "-W", "error", "-m", *self._program, *arguments],
            cwd=ROOT,
            env=os.environ
            | {"TMPDIR": str(self.folder), "FAIRGROUND_RESULTS": str(self.results)}
            | {"FAIRGROUND_LOCK": str(self.folder / "lock"), "PYTHONUNBUFFERED": "1"}
            | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=WITHIN_S * 3)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def ended(self, process: "subprocess.Popen[str]") -> tuple[int, str]:
        """The code of a command that ends now, and what it still said."""
        _, err = process.communicate(timeout=WITHIN_S)
        assert "Traceback" not in err
        return process.returncode, err

    def stored(self) -> tuple[Run, Path]:
        """The only run in the results, and its folder."""
        (folder,) = [path for path in self.results.iterdir() if path.is_dir() and not path.is_symlink()]
        return storage.load(folder), folder

    def alive(self, *words: str) -> list[psutil.Process]:
        """Processes below these commands, of which the command line holds all `words`."""
        return [process for process in psutil.process_iter() if self._is_ours(process) and _says(process, words)]

    def all_gone(self, within_s: float = 10.0) -> bool:
        """Whether nothing is left, now or soon."""
        return until(lambda: not self.alive(), within_s)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get("TMPDIR") == str(self.folder) and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


def until(condition: Callable[[], object], within_s: float = WITHIN_S) -> bool:
    """Whether a condition came true in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def read_until(process: subprocess.Popen[str], word: str) -> str:
    """What a command says on standard error, up to the line with `word`."""
    assert process.stderr
    lines = ""
    for line in process.stderr:
        lines += line
        if word in line:
            return lines
    raise AssertionError(f"{word!r} was never said, but: {lines}")


def _says(process: psutil.Process, words: tuple[str, ...]) -> bool:
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:
        return False
    return all(word in line for word in words)
