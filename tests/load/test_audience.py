"""Whoever watches a run: the page does nothing while anything is timed, and a run never waits for it long."""

import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE

import psutil
import pytest

from bench.contract.workloads import find
from bench.errors import LoadError, UsageError
from bench.host.protocol import Host, Process
from bench.load import audience
from bench.load.audience import Audience, News
from bench.load.client import Generator, check_page, generator
from bench.load.protocol import Order
from bench.load.team import MeetingPlace, Team
from tests.commands import until
from tests.load.orders import rotate, target
from tests.load.reference import HELLO
from tests.load.scripted import Server, answering, scripted

pytestmark = pytest.mark.servers

NEWS = News("json", 1, "", 0.0, 1.0, ())


@pytest.fixture
def place(host: Host) -> MeetingPlace:
    return MeetingPlace(host.address, host.free_port())


def stats(place: MeetingPlace) -> str:
    with urllib.request.urlopen(f"http://{place}/stats/requests/csv", timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def pages() -> list[psutil.Process]:
    below = psutil.Process().children(recursive=True)
    return [process for process in below if "bench.load.page" in " ".join(process.cmdline())]


def step(load: Generator, folder: Path, server: Server) -> None:
    """A rotation, which is then shown."""
    seen = rotate(load, folder, target(server, "one"), target(server, "other"))
    load.show("json", Order(find("json"), (), 2, 0.1, 4, 1, times=str(folder / "times.npz")), seen.reply)


@pytest.mark.parametrize("generators", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_the_page_rests_but_for_a_pause_after_each_rotation(
    generators: int, tmp_path: Path, host: Host, place: MeetingPlace
) -> None:
    team = Team(generators, web=place)
    with (
        generator(tmp_path / "log", host, frozenset(), team) as load,
        scripted(answering(HELLO, 0.002)) as server,
        ThreadPoolExecutor(1) as browser,
    ):
        (page,) = pages()
        asked: Future[str] = browser.submit(stats, place)
        for _ in range(2):
            spent = page.cpu_times()
            rotate(load, tmp_path, target(server))
            assert page.cpu_times() == spent
            assert not asked.done()
            step(load, tmp_path, server)
            assert until(asked.done, 5), "it is answered in the pause"
            assert "Aggregated" in asked.result()
            asked = browser.submit(stats, place)
        step(load, tmp_path, server)
        rows = [line.split(",")[:2] for line in asked.result(30).splitlines()]
        assert rows[1:] == [["json", "one"], ["json", "other"], ["", "Aggregated"]]
    assert not page.is_running()
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_page_that_dies_costs_the_run_nothing(tmp_path: Path, host: Host, place: MeetingPlace) -> None:
    team = Team(web=place)
    with (
        generator(tmp_path / "log", host, frozenset(), team) as load,
        scripted(answering(HELLO)) as server,
    ):
        (page,) = pages()
        page.kill()
        for _ in range(2):
            step(load, tmp_path, server)


@contextmanager
def saying(host: Host, code: str) -> Iterator[Process]:
    """A process in the place of the page."""
    process = host.start([sys.executable, "-c", code], stdin=PIPE, stdout=PIPE, text=True)
    try:
        yield process
    finally:
        host.end(process)
        for pipe in (process.stdin, process.stdout):
            assert pipe
            with suppress(OSError):
                pipe.close()


def test_a_page_that_hangs_is_ended(host: Host, place: MeetingPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "_SHOWN_WITHIN_S", 0.5)
    with saying(host, "import time; print('listens', flush=True); time.sleep(60)") as process:
        watching, began = Audience(process, place), time.monotonic()
        for _ in range(2):
            watching.show(NEWS)
        assert time.monotonic() - began < 5
        assert process.wait(5)


@pytest.mark.parametrize(("code", "why"), [("print('It is taken')", "It is taken"), ("", "its process died")])
def test_a_page_that_does_not_come_up_is_told(code: str, why: str, host: Host, place: MeetingPlace) -> None:
    with (
        saying(host, code) as process,
        pytest.raises(LoadError, match=rf"^Locust's page does not come up at {place}: {why}\.$"),
    ):
        Audience(process, place)


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid", "x" * 64])
def test_a_place_where_nothing_can_listen_is_told(host: str) -> None:
    with pytest.raises(UsageError, match=rf"Nothing can listen at {host}:8089: .+\. --web takes a free port of this"):
        check_page(Team(web=MeetingPlace(host, 8089)))
    check_page(Team())
