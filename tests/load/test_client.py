"""How generators are started: whether each has a CPU to itself, and who listens to whom."""

from pathlib import Path

import pytest

from bench.load.client import generator
from bench.load.protocol import ON_ONE_CPU
from bench.load.team import Team
from tests.fake_host import FakeHost


@pytest.mark.parametrize(("cpus", "alone"), [(1, True), (2, False)])
def test_one_that_has_no_cpu_of_its_own_is_not_to_spin(tmp_path: Path, cpus: int, alone: bool) -> None:
    with (
        pytest.raises(AssertionError, match="was started") as started,
        generator(tmp_path / "log", FakeHost(cpus=cpus)),
    ):
        pass
    assert (ON_ONE_CPU in str(started.value)) == alone


def test_several_are_one_that_listens_and_those_that_join_it(tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match=r"'--master', '192\.0\.2\.1', '9000', '3', '40\.0'\] was started"),
        generator(tmp_path / "log", FakeHost(), frozenset(), Team(3)),
    ):
        pass
