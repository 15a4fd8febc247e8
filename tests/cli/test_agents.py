"""`bench agent` and `--agent`: what is refused before anything listens."""

import pytest

from bench.measure import session
from bench.measure.reaching import TOKEN, Access
from tests.commands import Command, sentence


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--listen", "192.0.2.1:70"), "whoever is on the way could run code here. Listen on 127.0.0.1 and let ssh"),
        (("--listen", "0.0.0.0"), "or say --trust-network where nobody else is on the network"),
        (("--listen", "0.0.0.0", "--trust-network"), "0.0.0.0 is no address that servers are reached at"),
        (("--listen", "192.0.2.1:1", "--trust-network"), "Nothing can listen at 192.0.2.1:1"),
        (("--listen", "127.0.0.1:http"), "names no address and port"),
    ],
)
def test_what_cannot_be_listened_at_is_told(bench: Command, arguments: tuple[str, ...], expected: str) -> None:
    assert expected in sentence(bench("agent", *arguments))


def test_a_run_comes_to_its_agent_with_the_token_of_the_environment(
    bench: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def measure(*arguments: object) -> None:
        asked.extend(arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "measure", measure)
    monkeypatch.setenv(TOKEN, " secret\n")
    monkeypatch.setattr("sys.argv", ["bench", "run", "--agent", "192.0.2.1:70"])
    assert bench("run", "--agent", "192.0.2.1:70").code == 130
    (access,) = [one for one in asked if isinstance(one, Access)]
    assert (str(access.door), access.token) == ("192.0.2.1:70", "secret")
    assert "python -m bench run --agent HOST:PORT" in asked, "what is stored names no machine"


def test_a_place_that_is_none_is_told(bench: Command) -> None:
    assert "'box:http' names no address and port" in sentence(bench("run", "--agent", "box:http"))
