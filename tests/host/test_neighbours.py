"""The fixed loop that shows how disturbed a CPU is."""

import json
import sys

import pytest

from bench.host import neighbours
from tests.fake_host import FakeHost


def test_the_deciles_are_those_that_the_loop_took_on_the_servers_cpu() -> None:
    host = FakeHost(programs={sys.executable: "[60.5, 61.0, 99.0]"})
    assert neighbours.loop_us(host, frozenset({0})) == (60.5, 61.0, 99.0)


def test_where_the_loop_cannot_run_nothing_is_known() -> None:
    assert neighbours.loop_us(FakeHost(), frozenset({0})) == ()


def test_a_loop_takes_about_a_tenth_of_a_millisecond(capsys: pytest.CaptureFixture[str]) -> None:
    neighbours.main()
    deciles = json.loads(capsys.readouterr().out)
    assert len(deciles) == 9
    assert deciles == sorted(deciles)
    assert 10 < deciles[0] < 1000
