"""The machine of the servers, as a command line names it."""

import os
from collections.abc import Callable

import pytest

from bench.cli import agents
from bench.cli.machines import There
from bench.host import lines
from bench.measure import session
from bench.measure.reaching import TOKEN
from bench.measure.server_host import ServerHost
from tests.commands import Command, sentence


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What a session is asked for."""
    arguments: list[object] = []

    def measure(*given: object) -> None:
        arguments.extend(given)
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "measure", measure)
    return arguments


def test_a_run_goes_to_a_machine_that_ssh_reaches_and_stores_no_name_of_it(
    bench: Command, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("run", "--server-host", "me@box", "--servers-at=192.0.2.7", "--apps", "flask")
    monkeypatch.setattr("sys.argv", ["bench", *words])
    assert bench(*words).code == 130
    assert ServerHost("me@box", "192.0.2.7") in asked
    assert "python -m bench run --server-host HOST --servers-at=ADDRESS --apps flask" in asked


def test_a_run_whose_load_comes_from_other_machines_stores_no_address(
    bench: Command, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("run", "--generators", "2", "--listen", "192.0.2.1:5557")
    monkeypatch.setattr("sys.argv", ["bench", *words])
    assert bench(*words).code == 130
    assert "python -m bench run --generators 2 --listen ADDRESS:PORT" in asked


def test_a_run_that_others_watch_stores_no_address(
    bench: Command, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("run", "--web", "192.0.2.1:8089")
    monkeypatch.setattr("sys.argv", ["bench", *words])
    assert bench(*words).code == 130
    assert "python -m bench run --web ADDRESS:PORT" in asked
    words = ("run", "--seed", "8089", "--web", "8089")
    monkeypatch.setattr("sys.argv", ["bench", *words])
    assert bench(*words).code == 130
    assert "python -m bench run --seed 8089 --web 8089" in asked


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--agent", "box:1", "--server-host", "box"), "name the machine of the servers: say one of them"),
        (("--servers-at", "192.0.2.7"), "--servers-at belongs to --server-host"),
        (("--server-host", "-oProxyCommand=reboot"), "takes a machine as ssh knows it, as in me@192.0.2.7, and not"),
        (("--server-host", ""), "takes a machine as ssh knows it"),
        (("--server-host", "me@"), "takes a machine as ssh knows it"),
        (("--server-host", "box; reboot"), "takes a machine as ssh knows it"),
        (("--server-host", "box", "--listen", "127.0.0.1:5557"), "with --listen and without --agent or --server-host."),
        (("--agent", "box:1", "--listen", "127.0.0.1:5557"), "with --listen and without --agent or --server-host."),
    ],
)
def test_what_is_no_place_is_told(
    bench: Command, words: tuple[str, ...], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, "secret")
    assert expected in sentence(bench("run", *words))


@pytest.mark.parametrize(("there", "flag"), [
    (There(), ""),
    (There(agent="box:1"), " --agent HOST:PORT"),
    (There(server_host="box", servers_at="192.0.2.7"), " --server-host HOST"),
    (There(listen="192.0.2.1:5557"), " --listen ADDRESS:PORT"),
])  # fmt: skip
def test_how_a_run_comes_there_again(there: There, flag: str) -> None:
    assert there.flag == flag


def silent(write: int) -> None:
    """Somebody is there, and says nothing."""


@pytest.mark.parametrize("leave", [os.close, silent])
def test_an_agent_that_ssh_started_ends_with_whoever_started_it(
    leave: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    signals: list[tuple[int, int]] = []
    monkeypatch.setattr(agents.os, "kill", lambda *words: signals.append(words))
    monkeypatch.setattr(lines, "GONE_AFTER_S", 0.05)
    read, write = os.pipe()
    os.write(write, b"\n")
    leave(write)
    agents._end_with(read)
    assert signals == [(os.getpid(), agents.signal.SIGTERM)]
    for handle in (read, *([write] if leave is silent else [])):
        os.close(handle)
