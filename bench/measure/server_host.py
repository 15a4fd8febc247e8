"""A machine of servers that ssh reaches: the suite is copied there and set up, and an agent runs there as long as a run
asks it. What is copied and set up stays there for the next run from the same checkout.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.errors import AgentError
from bench.host import kernel, receiver, ssh
from bench.host.checkout import Origin
from bench.host.lines import Door
from bench.host.protocol import LOOPBACK
from bench.host.ssh import Channel
from bench.measure import parcel
from bench.measure.here import LocalGround
from bench.measure.parcel import Parcel
from bench.measure.reaching import Access
from bench.model import Tell

_FIRST_PORT, _PORTS = 20_000, 12_768
"""Below those that systems give to whoever connects."""


@dataclass(frozen=True, slots=True)
class ServerHost:
    """A machine as ssh knows it, [USER@]HOST. Its servers listen at `servers_at`, or where ssh reached it."""

    name: str
    servers_at: str | None = None


@contextmanager
def access(there: Access | ServerHost, here: LocalGround, tell: Tell) -> Iterator[Access]:
    """Access to an agent: the one that runs, or one that is started by ssh and ends with the context.

    Raises AgentError, with the way out, where it cannot be started, and SetupError where there is no ssh.
    """
    if isinstance(there, Access):
        yield there
        return
    # The port there must be named before anybody is there to find a free one. It is drawn by lot, and seldom taken.
    near = Door(LOOPBACK, here.host.free_port(), there.name)
    far = Door(LOOPBACK, _FIRST_PORT + secrets.randbelow(_PORTS))
    source = Path(receiver.__file__).read_text("utf-8")
    with ssh.channel(there.name, source, Door(near.host, near.port), far, here.host) as channel:
        token = _started(channel, there, here, far, tell)
        with channel.beating():
            yield Access(near, token)


def _started(channel: Channel, there: ServerHost, here: LocalGround, far: Door, tell: Tell) -> str:
    """Have an agent started, and see to the suite before; returns its token, which is on no command line."""
    facts, root = here.facts(), here.workspace.root
    sent = parcel.packed(root, Origin(facts.commit, facts.dirty, facts.no_commit))
    channel.send(_order(sent, root, there, far))
    if _reply(channel) == receiver.WANTS:
        tell(f"Copying the suite to {there.name} ({len(sent.archive) / 1e6:.1f} MB).")
        channel.send(sent.archive)
        _reply(channel)
    tell(f"Setting the suite up on {there.name}.")
    _, _, token = channel.line().partition(" ")
    if not token:
        raise AgentError(f"What answers on {there.name} is no agent of Fairground.")
    return token


def _order(sent: Parcel, root: Path, there: ServerHost, far: Door) -> bytes:
    """What the receiver is to do, as a line."""
    order = {
        "name": f"{kernel.name()}-{hashlib.sha256(str(root).encode()).hexdigest()[:12]}",
        "digest": sent.digest,
        "size": len(sent.archive),
        "servers_at": there.servers_at,
        "agent": ["--listen", str(far), "--attached"],
    }
    return json.dumps(order).encode() + b"\n"


def _reply(channel: Channel) -> str:
    """The next word of the receiver. A shell may have greeted us before it."""
    while (line := channel.line()) not in (receiver.WANTS, receiver.MAKES):
        pass
    return line
