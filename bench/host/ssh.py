"""Another machine by the `ssh` program: one connection carries a program there, its streams, and a line to a port.

The program brings all that people have set up for it: names, keys, agents, jump hosts (ssh_config(5)). FAIRGROUND_SSH
has another one, or options of it, as GIT_SSH_COMMAND has for git.
"""

import base64
import contextlib
import os
import shlex
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from typing import IO

from bench.errors import AgentError, SetupError, UsageError
from bench.host import awake, disks, receiver
from bench.host.lines import GONE_AFTER_S, Door
from bench.host.protocol import Host, Process
from bench.words import printable

PROGRAM = "FAIRGROUND_SSH"
"""The variable of the environment that has the program, and options of it."""
_BEAT_S = GONE_AFTER_S / 6
_LEAVE_WITHIN_S = 15.0
"""Enough for an agent to end its servers."""
_ENDED_WITHIN_S = 5.0
_LINES = 8
_OPTIONS = {
    "BatchMode": "yes",
    "ConnectTimeout": "15",
    "ControlMaster": "no",
    "ControlPath": "none",
    "ExitOnForwardFailure": "yes",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "LogLevel": "ERROR",
    "RemoteCommand": "none",
    "RequestTTY": "no",
    "ServerAliveCountMax": "6",
    "ServerAliveInterval": f"{_BEAT_S:.0f}",
}
"""Nobody is asked, nobody's connection is shared, and a machine that is silent for half a minute is gone."""
_NO_CONNECTION, _NO_PROGRAM = 255, 127
_REASONS = (
    (
        "Could not resolve hostname",
        "ssh finds no machine called {0}: name an address, or a Host of ~/.ssh/config.",
    ),
    (
        "Host key verification failed",
        "ssh does not know the key that {0} shows, or knows another: `ssh {0} true` says which, and asks.",
    ),
    (
        "Permission denied",
        "{0} takes none of the keys that ssh offers, and a run types no password: `ssh-copy-id {0}` brings a key "
        "there, and `ssh-add` unlocks one here.",
    ),
)
"""What ssh says where it does not come to a machine, and the sentence on it."""


class Channel:
    """A program that runs on another machine, with its streams here. It ends when its input does."""

    def __init__(self, target: str, process: Process, errors: IO[bytes]) -> None:
        self._target, self._process, self._errors = target, process, errors

    def send(self, data: bytes) -> None:
        """Write to its input. Where it has ended, the next `line` says so."""
        assert self._process.stdin
        with contextlib.suppress(OSError):
            self._process.stdin.write(data)
            self._process.stdin.flush()

    def line(self) -> str:
        """The next line of its output; raises AgentError, with the reason, where it has ended instead."""
        assert self._process.stdout
        line: bytes = self._process.stdout.readline()
        if not line:
            awake.ended(self._process, _ENDED_WITHIN_S)
            self._errors.seek(0)
            raise AgentError(
                failure(self._target, self._process.poll(), self._errors.read().decode("utf-8", "replace"))
            )
        return line.decode("utf-8", "replace").strip()

    @contextlib.contextmanager
    def beating(self) -> Iterator[None]:
        """Meanwhile a line goes to its input every few seconds: by their absence it knows that this machine is gone."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(_BEAT_S):
                self.send(b"\n")

        heart = threading.Thread(target=beat, daemon=True)
        heart.start()
        try:
            yield
        finally:
            over.set()
            heart.join()

    def close(self) -> None:
        """End its input, and wait for its end."""
        assert self._process.stdin
        assert self._process.stdout
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        awake.ended(self._process, _LEAVE_WITHIN_S)
        self._process.stdout.close()


@contextlib.contextmanager
def channel(target: str, source: str, near: Door, far: Door, host: Host) -> Iterator[Channel]:
    """Run a Python program, of this source, on the machine that ssh knows as `target`; it ends with the context. What
    connects to `near` here comes out at `far` there.
    """
    command = command_line(target, source, near, far)
    with tempfile.TemporaryFile() as errors:
        try:
            process = host.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        except OSError as error:
            raise SetupError(
                f"{command[0]} cannot be started ({error.strerror}): `apt-get install openssh-client` brings ssh, and "
                f"{PROGRAM} names another program for it."
            ) from None
        opened = Channel(target, process, errors)
        try:
            yield opened
        finally:
            try:
                opened.close()
            finally:
                host.end(process)


def command_line(target: str, source: str, near: Door, far: Door, environ: Mapping[str, str] = os.environ) -> list[str]:
    """The words of the command. Every shell reads the program there alike: between its quotes are no others of the
    kind, no backslash, and nothing that is expanded.
    """
    try:
        program = shlex.split(environ.get(PROGRAM, "")) or ["ssh"]
    except ValueError as error:
        raise UsageError(f"{PROGRAM} is no command: {error}.") from None
    options = [word for name, value in _OPTIONS.items() for word in ("-o", f"{name}={value}")]
    coded = base64.b64encode(source.encode()).decode()
    there = f"exec python3 -I -c 'import base64; exec(base64.b64decode(\"{coded}\"))'"
    return [*program, *options, "-L", f"{near}:{far}", "--", target, there]


def failure(target: str, code: int | None, said: str) -> str:
    """A sentence on a program that ended before its time there, from its exit code and what it said; with the way out
    where that is known.
    """
    words = printable(said).strip().splitlines() or ["without a word"]
    if code == _NO_CONNECTION:
        for symptom, sentence in _REASONS:
            if symptom in said:
                return sentence.format(target)
        why = words[-1].strip(". ")
        return f"ssh does not come to {target} ({why}): `ssh {target} true` must work without a question."
    if code == _NO_PROGRAM:
        return f"There is no python3 on {target}: the suite needs Python 3.11 or newer there, and make."
    if disks.tells_of_a_full_one(said):
        return f"The disk of {target} is full: the suite goes below ~/.cache there, or where XDG_CACHE_HOME says."
    if code == receiver.REFUSED:
        return f"{target} cannot be made ready. {words[-1]}"
    return "\n".join([f"{target} cannot be made ready; the end of what was said there:", *words[-_LINES:]])
