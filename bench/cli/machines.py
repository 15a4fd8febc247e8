"""The other machines that a command line names: that of the servers, and where generators come from others."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from bench.cli.agents import PORT
from bench.errors import UsageError
from bench.host import lines
from bench.measure.reaching import TOKEN, Access
from bench.measure.server_host import ServerHost


@dataclass(frozen=True, slots=True)
class There:
    """What the options say: an agent, or a machine that ssh reaches; nothing where servers are on this one. Generators
    of other machines join at `listen`, and Locust's page is at `web`.
    """

    agent: str | None = None
    server_host: str | None = None
    servers_at: str | None = None
    listen: str | None = None
    web: str | None = None

    def place(self) -> Access | ServerHost | None:
        """Where a run goes; raises UsageError where that is no place. A token that is nowhere is asked for."""
        if self.agent and self.server_host:
            raise UsageError("--agent and --server-host name the machine of the servers: say one of them.")
        if self.servers_at and not self.server_host:
            raise UsageError("--servers-at belongs to --server-host; an agent is started with its own.")
        if self.server_host is not None:
            return ServerHost(_checked(self.server_host), self.servers_at)
        return _access(self.agent) if self.agent else None

    def unnamed(self, words: Sequence[str]) -> list[str]:
        """The words of a command line as they are stored: without names of machines."""
        stand_ins = {
            self.agent: "HOST:PORT",
            self.server_host: "HOST",
            self.servers_at: "ADDRESS",
            self.listen: "ADDRESS:PORT",
            self.web if ":" in (self.web or "") else None: "ADDRESS:PORT",
        }
        return [_unnamed(word, stand_ins) for word in words]

    @property
    def flag(self) -> str:
        """What brings a run there once more, behind a blank; empty for this machine."""
        if self.listen:
            return " --listen ADDRESS:PORT"
        return " --server-host HOST" if self.server_host else " --agent HOST:PORT" if self.agent else ""


HERE = There()


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a command that can have its servers elsewhere."""
    for option in (
        click.option(
            "--servers-at",
            metavar="ADDRESS",
            help="With --server-host: where servers listen, and are reached; by default where ssh reached the machine.",
        ),
        click.option(
            "--server-host",
            metavar="[USER@]HOST",
            help="Measure servers on another machine: ssh copies the suite there and starts an agent for this run.",
        ),
        click.option(
            "--agent",
            metavar="HOST:PORT",
            help="Measure servers on another machine, where `python -m bench agent` listens.",
        ),
    ):
        command = option(command)
    return command


def _checked(host: str) -> str:
    """A word that ssh takes for no option of its own."""
    if not host.rpartition("@")[2] or host.startswith("-") or not host.isprintable() or " " in host:
        raise UsageError(f"--server-host takes a machine as ssh knows it, as in me@192.0.2.7, and not {host!r}.")
    return host


def _access(words: str) -> Access:
    """Access to the agent at HOST:PORT, with the token of the environment, or else typed in; raises UsageError."""
    door = lines.door(words, PORT)
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        if not sys.stdin.isatty():
            raise UsageError(f"An agent wants its token: let the variable {TOKEN} hold what it printed at its start.")
        token = click.prompt("Token of the agent", hide_input=True, err=True).strip()
    return Access(door, token)


def _unnamed(word: str, stand_ins: dict[str | None, str]) -> str:
    flag, equals, value = word.partition("=")
    if flag.startswith("--") and equals:
        return f"{flag}={stand_ins.get(value, value)}"
    return stand_ins.get(word, word)
