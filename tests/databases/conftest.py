"""One server of each kind for all tests of a process: what starts slowest is shared, and each test has its own copy."""

from collections.abc import Iterator

import pytest

from bench import databases
from bench.databases.protocol import Template
from bench.errors import SetupError


def _served(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    engine = databases.find(name)
    try:
        engine.require()
    except SetupError as error:
        pytest.skip(str(error))
    with engine.seeded(tmp_path_factory.mktemp(name)) as template:
        yield template


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A private server."""
    yield from _served("postgresql", tmp_path_factory)


@pytest.fixture(scope="session")
def mysql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A private server."""
    yield from _served("mysql", tmp_path_factory)
