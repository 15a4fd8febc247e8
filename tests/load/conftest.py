"""The generator process that the tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.host import local
from bench.load.client import Generator, generator


@pytest.fixture(scope="session")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generator]:
    """A generator, the same for all tests: what one order did must not show in the next."""
    log: Path = tmp_path_factory.mktemp("load") / "generator.log"
    with local.host() as host, generator(log, host) as running:
        yield running
    assert "Traceback" not in log.read_text()
