"""Every other app that has a folder keeps the contract too, in an environment that is made for the purpose."""

import pytest

from bench.measure import verification
from bench.model import Sut
from bench.suts import environments
from tests.here import EVERY, HERE, OURS

pytestmark = [pytest.mark.servers, pytest.mark.slow]
OTHERS = [
    Sut.of(app, server)
    for app in EVERY
    if app not in OURS and not app.variant_of
    for server in dict.fromkeys((app.usual_server, app.native_server))
]


@pytest.mark.parametrize("sut", OTHERS, ids=lambda sut: sut.id)
def test_an_app_keeps_the_contract(sut: Sut) -> None:
    environments.ensure(sut.app, HERE.state)
    violations = verification.verify_suts([sut], HERE, lambda *_: None)
    assert [str(violation) for violation in violations[sut.id]] == []
