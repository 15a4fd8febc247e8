"""Private servers of an ordinary user: as those of root, but for the account, which is the user's own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from bench.model import App
from bench.workspace import ROOT
from tests import ordinary
from tests.commands import Commands
from tests.databases.asking import SERVERS, engine
from tests.databases.test_private import SERVES, gone
from tests.ordinary import OrdinaryUser

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.parametrize("name", SERVERS)]


@pytest.fixture
def user(installed: dict[str, App], name: str) -> Iterator[OrdinaryUser]:
    engine(name)
    with ordinary.user() as somebody:
        yield somebody


def working(user: OrdinaryUser) -> list[str]:
    """What still works in the user's folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(str(user.folder)):
                found.append(process.name())
        except psutil.Error:
            continue
    return found


def test_an_app_keeps_the_contract_on_it(user: OrdinaryUser, name: str) -> None:
    with Commands(user.folder, before=user.before) as commands:
        done = commands.run("verify", "wsgi", "--database", name, **user.environment)
        assert (done.returncode, done.stdout) == (0, f"✓ wsgi-{name} keeps the contract\n"), done.stderr
        assert commands.all_gone()
    assert working(user) == []
    assert list((user.folder / f"fairground-{user.uid}").iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_it_does_not_outlive_its_command(user: OrdinaryUser, name: str, how: signal.Signals) -> None:
    with subprocess.Popen(
        [*user.before, sys.executable, "-c", SERVES, name],
        cwd=ROOT,
        env=os.environ | user.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        pids = [int(word) for word in process.stdout.readline().split()]
        assert pids
        assert {psutil.Process(pid).uids().effective for pid in pids} == {user.uid}
        process.send_signal(how)
    assert gone(pids)
    assert working(user) == []
