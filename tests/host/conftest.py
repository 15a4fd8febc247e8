"""Processes that are known to work, to rest or to hold memory."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.host.guard import Guard
from tests.host.working import Start


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts Python on some code and returns its process id once it has printed a line."""
    started: list[subprocess.Popen[bytes]] = []

    def run(code: str) -> int:
        process = subprocess.Popen([sys.executable, "-S", "-E", "-c", code], stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout
        process.stdout.readline()
        return process.pid

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def guard() -> Iterator[Guard]:
    with Guard() as watching:
        yield watching
