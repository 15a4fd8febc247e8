"""Which two runs may be compared, and what is said of those that may not."""

from dataclasses import replace
from typing import Any

import pytest

from bench.analysis import differences
from bench.profile import Profile
from bench.store.planned import Planned
from bench.store.results import Run
from tests import builders

SUTS = tuple(map(builders.sut, ("wsgi", "flask", "django")))


def planned(**settings: Any) -> Planned:
    return Planned(Profile("quick", "", (), **settings))


def run(**environment: Any) -> Run:
    environment = {
        "databases": {"postgresql": "15.2"},
        "database_settings": {"postgresql": {"fsync": "off"}},
    } | environment
    bare = builders.run(SUTS, plan=planned())
    return replace(bare, environment=replace(bare.environment, **environment))


def test_runs_of_the_same_work_on_the_same_machine_compare() -> None:
    more_rounds = replace(run(kernel="6.2", commit="f" * 12), plan=planned(rounds=9))
    assert list(differences.of(run(), more_rounds)) == []


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (
            {"fingerprint": "other", "cpu": "Other CPU"},
            "the machine was Made-up CPU, 2 cores (0123456789ab), and is Other",
        ),
        ({"contract": "2.0"}, "the version of the contract was 1.0, and is 2.0"),
        ({"databases": {"postgresql": "16.1"}}, "PostgreSQL was 15.2, and is 16.1"),
        (
            {"database_settings": {"postgresql": {"fsync": "on"}}},
            "fsync of PostgreSQL was off, and is on",
        ),
        ({"python": "CPython 3.13.0"}, "Python was CPython 3.11.7, and is CPython 3.13.0"),
        ({"pinning": "none"}, "the placement on CPUs was servers on CPU 0, generator on CPU 1, and is none"),
    ],
)
def test_another_environment_is_named_with_both_sides(fact: dict[str, object], expected: str) -> None:
    (said,) = differences.of(run(), run(**fact))
    assert said.startswith(expected)


def test_versions_of_the_contract_that_time_the_same_requests_compare_with_a_note() -> None:
    newer = run(contract="1.1")
    assert list(differences.of(run(), newer)) == []
    assert differences.of_the_contract(run(), newer).startswith("The contract changed from 1.0 to 1.1; what was timed")
    assert differences.of_the_contract(run(), run()) == ""
    assert differences.of_the_contract(run(), run(contract="2.0")) == ""


def test_another_profile_or_server_is_named() -> None:
    other = run()
    info = replace(other.run, profile="full")
    suts = (replace(SUTS[0], server="granian 3.0"), *SUTS[1:])
    reasons = list(differences.of(run(), replace(other, run=info, suts=suts, plan=planned(turns=5))))
    assert reasons == [
        "the profile was quick, and is full",
        f"turns was {Profile('', '', ()).turns}, and is 5",
        "the server of wsgi was granian 2.0, and is granian 3.0",
    ]


def test_where_every_sut_changed_a_drift_cannot_be_told_from_a_change() -> None:
    head = replace(run(), suts=tuple(replace(sut, code="new") for sut in SUTS))
    (said,) = differences.of(run(), head)
    assert said.startswith("no SUT is the same in code and versions in both")
    assert list(differences.of(run(), replace(run(), suts=(*head.suts[:2], SUTS[2])))) == []


def test_another_number_of_load_generators_is_named() -> None:
    several = replace(run(), plan=replace(planned(), generators=3))
    assert list(differences.of(run(), several)) == ["the number of load generators was 1, and is 3"]
