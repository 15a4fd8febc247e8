"""How a generator is started says whether it has a CPU to itself."""

from pathlib import Path

import pytest

from bench.load.client import generator
from bench.load.protocol import ON_ONE_CPU
from tests.fake_host import FakeHost


@pytest.mark.parametrize(("cpus", "alone"), [(1, True), (2, False)])
def test_one_that_has_no_cpu_of_its_own_is_not_to_spin(tmp_path: Path, cpus: int, alone: bool) -> None:
    with (
        pytest.raises(AssertionError, match="was started") as started,
        generator(tmp_path / "log", FakeHost(cpus=cpus)),
    ):
        pass
    assert (ON_ONE_CPU in str(started.value)) == alone
