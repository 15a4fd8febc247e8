"""Every app in the repository keeps the contract, behind the common server and behind the one that its users deploy."""

import pytest

from bench.measure import verification
from bench.model import App, Sut
from bench.suts import manifest
from bench.suts.launch import COMMON
from tests.commands import Commands
from tests.here import HERE

pytestmark = pytest.mark.servers
SUTS = [
    (app.name, server) for app in manifest.discover(HERE.apps) for server in dict.fromkeys((COMMON, app.native_server))
]


@pytest.fixture(scope="module")
def violations(installed: dict[str, App]) -> dict[str, list[str]]:
    """What was found wrong with each app behind each server; all are checked together, two at a time."""
    suts = [Sut(f"{name}-{server}", installed[name], server) for name, server in SUTS]
    found = verification.verify_suts(suts, HERE, lambda *_: None)
    return {name: [str(each) for each in violations] for name, violations in found.items()}


@pytest.mark.parametrize(("name", "server"), SUTS, ids=[f"{name}-{server}" for name, server in SUTS])
def test_an_app_keeps_the_contract(violations: dict[str, list[str]], name: str, server: str) -> None:
    assert violations[f"{name}-{server}"] == []


def test_the_command_says_so(commands: Commands) -> None:
    done = commands.run("verify", "wsgi_app", "--clause", "json", "--clause", "create-item")
    assert (done.returncode, done.stdout, done.stderr) == (0, "✓ wsgi_app keeps the contract\n", "")
    assert commands.all_gone()
