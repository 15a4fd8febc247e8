"""`bench agent`: this machine serves what a run on another one measures."""

import ipaddress
import os
import secrets
import select
import signal
import threading

import click
from rich.text import Text

from bench.cli.console import ERR, in_workspace
from bench.errors import UsageError
from bench.host import lines
from bench.host.lines import Door
from bench.host.protocol import LOOPBACK
from bench.measure.agent import Agent
from bench.measure.reaching import TOKEN
from bench.words import printable
from bench.workspace import Workspace

PORT = 7070
"""The usual one of an agent."""
_CHUNK_BYTES = 4096
_STANDARD_INPUT = 0


@click.command("agent")
@click.option(
    "--listen", metavar="ADDRESS[:PORT]", default=f"{LOOPBACK}:{PORT}", show_default=True, help="Port 0: any free one."
)
@click.option(
    "--servers-at", metavar="ADDRESS", help="Where servers listen, and are reached; by default as --listen says."
)
@click.option(
    "--trust-network", is_flag=True, help="Listen for other machines without encryption: nobody else is on the way."
)
@click.option("--attached", is_flag=True, hidden=True, help="End when standard input ends, or falls silent.")
@in_workspace
def agent_(workspace: Workspace, listen: str, servers_at: str | None, trust_network: bool, attached: bool) -> None:
    """Serve apps for a run that another machine controls.

    Prints its address and a token, which is good until it ends, and serves one run after the other until Ctrl-C. On the
    other machine the variable FAIRGROUND_AGENT_TOKEN holds the token, and `python -m bench run` takes --agent.
    """

    def tell(sentence: str) -> None:
        ERR.print(Text(printable(sentence)), soft_wrap=True)

    door = lines.door(listen, PORT)
    at = servers_at or door.host
    _check(door, at, trust_network)
    token = secrets.token_urlsafe(24)
    if attached:
        threading.Thread(target=_end_with, args=(_STANDARD_INPUT,), daemon=True).start()
    with lines.listener(door) as listener:
        there = Door(door.host, listener.getsockname()[1])
        click.echo(f"{there} {token}")
        tell(f"Listening. On the other machine: {TOKEN}=... python -m bench run --agent {there}")
        if not lines.is_loopback(at):
            tell(f"While a run goes on, whoever reaches {at} reaches its servers.")
        Agent(workspace, at, token, tell).serve(listener)


def _end_with(source: int) -> None:
    """End as at Ctrl-C once whoever started this by ssh is gone. While they are there a line comes now and then; where
    the network between is down, no end of the input tells.
    """
    while select.select([source], [], [], lines.GONE_AFTER_S)[0] and os.read(source, _CHUNK_BYTES):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _check(door: Door, servers_at: str, trusted: bool) -> None:
    if not lines.is_loopback(door.host) and not trusted:
        raise UsageError(
            f"{door.host} is reached from other machines, and what travels to an agent is neither encrypted nor "
            f"signed: whoever is on the way could run code here. Listen on {LOOPBACK} and let ssh carry it (ssh -L "
            f"{PORT}:{LOOPBACK}:{door.port} THIS-MACHINE), or say --trust-network where nobody else is on the network."
        )
    if _is_any(servers_at):
        raise UsageError(f"{servers_at} is no address that servers are reached at: name one with --servers-at.")


def _is_any(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_unspecified
    except ValueError:
        return False
