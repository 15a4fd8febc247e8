"""The slowed copy uses as much more CPU time as it was told, by what its own process counts."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.calibrate.slowed import slowed
from bench.model import Interface, Sut
from tests import builders

INNER = """
import time
spent_ns = 0

def application(environ, start_response):
    global spent_ns
    began = time.process_time_ns()
    start_response("200 OK", [("Content-Type", "text/plain")])
    total = 0
    for number in range(20000):
        total += number
    spent_ns += time.process_time_ns() - began
    return [b"done"]

def create_app():
    return application
"""
ASGI = """
import time
spent_ns = 0

async def application(scope, receive, send):
    global spent_ns
    began = time.process_time_ns()
    total = 0
    for number in range(20000):
        total += number
    spent_ns += time.process_time_ns() - began
    await send("done")

def create_app():
    return application
"""
MEASURE = """
import asyncio, time
import slowed, inner
answers = []

async def answer(scope):
    async def send(message):
        answers.append(message)
    await slowed.application({"type": scope}, None, send)

if asyncio.iscoroutinefunction(slowed.application):
    asyncio.run(answer("lifespan"))
    answers.clear()
    async def every():
        for _ in range(1000):
            await answer("http")
    began, inner.spent_ns = time.process_time_ns(), 0
    asyncio.run(every())
else:
    began, inner.spent_ns = time.process_time_ns(), 0
    for _ in range(1000):
        answers.extend(slowed.application({}, lambda *_: None))
assert set(answers) in ({"done"}, {b"done"}) and len(answers) == 1000
print((time.process_time_ns() - began) / inner.spent_ns)
"""


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
@pytest.mark.parametrize("application", ["inner:application", "inner:create_app()"])
def test_a_tenth_more_is_a_tenth_more(tmp_path: Path, application: str, interface: Interface) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "inner.py").write_text({"wsgi": INNER, "asgi": ASGI}[interface])
    app = builders.app(folder=tmp_path, application=application, interface=interface)
    sut = Sut.of(replace(app, folder=tmp_path / "app"))
    slow = slowed(sut, 0.1, tmp_path / "slow")
    assert (slow.id, slow.app.application) == ("flask-slowed10", "slowed:application")
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=slow.app.folder, capture_output=True, text=True, check=True
    )
    # All of one process: a machine that drifts meanwhile slows both alike. The calling itself is a per cent or two.
    assert float(done.stdout) == pytest.approx(1.11, abs=0.03)
