"""Every app of `make bench` keeps the contract, behind the common server and the one that its users deploy.

Behind the common server the run in tests/test_end_to_end.py verifies what it measures, and here stands the rest. Of the
native servers, the quick tests hold what a server has a part in: what an app computes is the same behind any.
"""

import pytest

from bench.contract import sequences
from bench.contract.checks import field_rules, labels, orders, pages, seed_rows
from bench.contract.verify import CHECKS
from bench.identity import COMMON
from bench.measure import verification
from bench.model import App, Sut
from bench.suts import discovery, environments
from bench.suts.groups import DEFAULT
from tests.commands import Commands
from tests.here import EVERY, HERE, OURS

pytestmark = pytest.mark.servers
SUTS, VARIANTS = (
    [Sut.of(app, server) for app in apps for server in dict.fromkeys((COMMON, app.native_server))]
    for apps in (OURS, [app for app in EVERY if not app.by_default and app.checkout is None])
)
_IN_A_RUN = discovery.select(EVERY, (DEFAULT,))
_FIRST = {sut.server: sut for sut in reversed(SUTS)}
WHOLE = [sut for sut in SUTS if sut.server == COMMON and sut.app not in _IN_A_RUN]
"""What no run verifies behind the common server."""
NATIVE = [sut for server, sut in _FIRST.items() if server != COMMON]
"""Each native server with one app: what answers wrongly is one of the two."""
_COMPUTED = (*field_rules.check, *labels.check, *orders.check, *pages.check, *seed_rows.check)
SERVERS_PART = {
    clause
    for check in CHECKS
    if check not in _COMPUTED and check.run is not sequences.try_sequences
    for clause in check.clauses
}


@pytest.fixture(scope="module")
def violations(installed: dict[str, App]) -> dict[str, list[str]]:
    """What is wrong with each app behind each server; those of a kind are checked together."""
    by_sut = verification.verify_suts(WHOLE, HERE, lambda *_: None)
    by_sut |= verification.verify_suts(NATIVE, HERE, lambda *_: None, only=SERVERS_PART)
    return {name: [str(violation) for violation in violations] for name, violations in by_sut.items()}


@pytest.mark.slow
@pytest.mark.parametrize("sut", [*VARIANTS, *(sut for sut in SUTS if sut not in WHOLE)], ids=lambda sut: sut.id)
def test_all_others_keep_all_of_it(sut: Sut) -> None:
    environments.ensure(sut.app, HERE.state)
    violations = verification.verify_suts([sut], HERE, lambda *_: None)[sut.id]
    assert [str(violation) for violation in violations] == []


@pytest.mark.parametrize("name", [sut.id for sut in (*WHOLE, *NATIVE)])
def test_an_app_keeps_the_contract(violations: dict[str, list[str]], name: str) -> None:
    assert violations[name] == []


def test_the_command_says_so(commands: Commands) -> None:
    done = commands.run("verify", "wsgi", "--clause", "json", "--clause", "create-item")
    assert (done.returncode, done.stdout, done.stderr) == (0, "✓ wsgi keeps the contract\n", "")
    assert commands.all_gone()
