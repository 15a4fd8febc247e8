"""Who loads, as a command line says it."""

import pytest

from bench.errors import UsageError
from bench.load.team import ALONE, MeetingPlace, Team, announcement, invitation, page_place, place


def test_an_address_and_a_port() -> None:
    assert place("192.0.2.1:5557", "--listen") == MeetingPlace("192.0.2.1", 5557)
    assert str(place("shop.example:80", "--join")) == "shop.example:80"


ODD = ("", "5557", ":5557", "here:", "here:port", "here:0", "here:65536", "::1:80", "here:²")


@pytest.mark.parametrize("text", ODD)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match=r"--listen takes an address and a port, as in 192\.0\.2\.1:5557, and not"):
        place(text, "--listen")


def test_a_page_is_for_this_machine_unless_an_address_is_named() -> None:
    assert page_place("8089") == MeetingPlace("127.0.0.1", 8089)
    assert page_place("192.0.2.1:80") == MeetingPlace("192.0.2.1", 80)
    for text in ("", "here", "here:", "0", "65536", "::1"):
        with pytest.raises(UsageError, match=rf"^--web takes a port, or ADDRESS:PORT, .*, and not '{text}'\.$"):
            page_place(text)
    assert announcement(ALONE) == ""
    there = "Locust's page shows the load at http://{} while this measures."
    assert announcement(Team(web=page_place("8089"))) == there.format("127.0.0.1:8089")
    said = announcement(Team(web=page_place("192.0.2.1:80")))
    assert said == f"{there.format('192.0.2.1:80')} Whoever reaches that address can read it."


def test_generators_of_other_machines_are_not_here() -> None:
    elsewhere = Team(3, MeetingPlace("192.0.2.1", 5557))
    assert (ALONE.alone, ALONE.here, invitation(ALONE)) == (True, 1, "")
    assert (Team(2).alone, Team(2).here, invitation(Team(2))) == (False, 2, "")
    assert (elsewhere.alone, elsewhere.here) == (False, 0)
    assert not Team(1, MeetingPlace("192.0.2.1", 5557)).alone
    assert "3 in all" in invitation(elsewhere)
    assert "python -m bench generator --join 192.0.2.1:5557" in invitation(elsewhere)


def test_whoever_listens_for_other_machines_is_told_that_anybody_may_come() -> None:
    said = invitation(Team(3, MeetingPlace("192.0.2.1", 5557)))
    assert "Nobody there is asked for a token, and nothing is encrypted: whoever reaches 192.0.2.1 can send" in said
    assert said.endswith("Trust that network, or use a tunnel.")
    for address in ("127.0.0.1", "127.0.0.2"):  # where a tunnel ends
        assert invitation(Team(3, MeetingPlace(address, 5557))).endswith(f"generator --join {address}:5557`.")
