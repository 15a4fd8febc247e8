"""The apps answer the same requests alike."""

import pytest

from bench.measure import fuzzing
from bench.model import App, Sut
from tests.commands import Command, sentence
from tests.here import HERE

REQUESTS = 200
"""To each app: some seconds for all of them."""


def test_one_app_cannot_be_told_from_others(bench: Command) -> None:
    assert sentence(bench("fuzz", "wsgi")).startswith("Name two apps or more")


@pytest.mark.servers
def test_no_two_apps_are_told_apart(installed: dict[str, App]) -> None:
    suts = [Sut.of(app) for app in installed.values()]
    fuzzed = fuzzing.fuzz(suts, HERE, seed=20_261_128, requests=REQUESTS)
    assert fuzzed.findings == ()
    assert fuzzed.requests == REQUESTS
