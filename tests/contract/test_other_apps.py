"""Every other app that has a folder keeps the contract too, in an environment that is made for the purpose, and so does
each app on the other databases that its manifest lists; what it sends them is seen.
"""

import pytest

from bench import databases
from bench.analysis.sent import Sent
from bench.contract.operations import OPERATIONS
from bench.errors import SetupError
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
ELSEWHERE = [
    Sut.of(app, database=name)
    for app in EVERY
    if not app.variant_of
    for name in app.databases
    if name != databases.DEFAULT
]


@pytest.mark.parametrize("sut", [*OTHERS, *ELSEWHERE], ids=lambda sut: sut.id)
def test_an_app_keeps_the_contract(sut: Sut) -> None:
    try:
        databases.find(sut.key.database).require()
    except SetupError as error:
        pytest.skip(str(error))
    environments.ensure(sut.app, HERE.state)
    sent: dict[str, Sent] = {}
    violations = verification.verify_suts(
        [sut], HERE, lambda *_: None, note_sent=lambda sut, own: sent.update({sut.id: own})
    )
    assert [str(violation) for violation in violations[sut.id]] == []
    offered = {operation.id for operation in OPERATIONS} - sut.app.unsupported.keys()
    assert sent[sut.id].statements.keys() == offered
    assert sent[sut.id].round_trips.keys() == (set() if sut.key.database == databases.DEFAULT else offered)
