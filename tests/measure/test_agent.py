"""An agent whose listener fails: it ends with a sentence, and is not deaf in silence."""

import signal
from pathlib import Path

import pytest

from bench.errors import AgentError
from bench.host.protocol import LOOPBACK
from bench.measure.agent import Agent
from tests import builders
from tests.host.test_lines import CLOSED, FULL, Scripted


@pytest.fixture(autouse=True)
def _usual_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """It hears of a run that went away by a signal."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)


def test_an_agent_that_can_let_nobody_in_goes_on_and_ends_when_its_listener_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.host.lines.time.sleep", lambda _: None)
    told: list[str] = []
    agent = Agent(builders.workspace(tmp_path), LOOPBACK, "token", told.append)
    with pytest.raises(AgentError, match=r"can let nobody in any more"):
        agent.serve(Scripted(FULL, FULL, CLOSED))  # type: ignore[arg-type]
    assert told == ["The agent can let nobody in (Too many open files); it goes on trying."]
