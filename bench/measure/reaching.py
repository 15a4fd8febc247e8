"""Reaching an agent: both sides see that they are of one kind, and the network between them is measured."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bench.environment import Network
from bench.errors import AgentError
from bench.host import kernel, lines, network
from bench.host.dials import Dial
from bench.host.lines import Door
from bench.host.network import NETWORK
from bench.measure.asking import Asking
from bench.measure.distant import DistantGround
from bench.measure.here import LocalGround
from bench.suts import code
from bench.workspace import ROOT

RUN = b"run"
"""The purpose of a line on which a run is asked for: greetings in JSON, and then questions and answers, pickled."""
TOKEN = "FAIRGROUND_AGENT_TOKEN"
"""The variable of the environment that has an agent's token."""
_GREETED_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Access:
    """Where an agent is, and the token that it takes."""

    door: Door
    token: str


def greeting(ground: LocalGround) -> dict[str, str]:
    """Which machine this is, since it was started, and which Fairground is on it."""
    return {"machine": kernel.boot(), "edition": ground.facts().edition, "code": code.digest(ROOT / "bench")}


def differs(ours: dict[str, str], theirs: dict[str, str]) -> str | None:
    """A sentence on two sides that are not of one commit, or of which one has other changes; None for two that are."""
    if ours["edition"] == theirs.get("edition") and ours["code"] == theirs.get("code"):
        return None
    said = [f"{side.get('edition')} (code {side.get('code')})" for side in (ours, theirs)]
    return f"The agent has another Fairground, {said[0]}, than the run, {said[1]}: bring both to one commit."


@contextmanager
def reached(access: Access, here: LocalGround) -> Iterator[DistantGround]:
    """The ground of an agent, which serves this run alone until the context ends. Raises AgentError."""
    door = access.door
    with lines.opened(door, RUN, access.token.encode()) as line:
        ours = greeting(here)
        welcome = _greeted(line, ours, door)
        address, one_machine = welcome["servers_at"], welcome["machine"] == ours["machine"]
        if lines.is_loopback(address) and not one_machine:
            raise AgentError(
                f"The servers of the agent at {door} would listen at {address}, which no other machine reaches: start "
                "it with --servers-at and an address of its machine."
            )
        dial = Dial(door.host, door.port, welcome["key"], door.name)
        seen = _measured(door, Door(address, int(welcome["network_port"])), dial.key)
        yield DistantGround(Asking(door, line), here, address, dial, seen, one_machine)


def _greeted(line: Connection, ours: dict[str, str], door: Door) -> dict[str, str]:
    try:
        line.send_bytes(json.dumps(ours).encode())
        if not line.poll(_GREETED_WITHIN_S):
            raise TimeoutError
        welcome: dict[str, str] = json.loads(line.recv_bytes())
    except (OSError, EOFError, ValueError):
        raise AgentError(f"The agent at {door} ended before the run began.") from None
    if refusal := welcome.get("refusal"):
        raise AgentError(refusal)
    return welcome


def _measured(agent: Door, servers: Door, key: str) -> Network:
    """The network on the way that the load takes, which need not be that to the agent."""
    try:
        line = lines.opened(servers, NETWORK, key.encode())
    except AgentError:
        raise AgentError(
            f"Servers of the agent at {agent} are not reached from here at {servers.host}: --servers-at names another "
            "address of their machine, where it has one."
        ) from None
    try:
        with line:
            return network.measured(line)
    except (OSError, EOFError):
        raise AgentError(f"The network to the agent at {agent} went down while it was measured.") from None
