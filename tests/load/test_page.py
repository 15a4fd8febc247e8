"""Locust's own page, in a process of its own: it adds up what it is told, and its buttons do nothing."""

import csv
import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.host.protocol import LOOPBACK
from bench.load.audience import LISTENS, SHOWN, News
from bench.load.protocol import Slice, Tally
from bench.workspace import ROOT

pytestmark = pytest.mark.servers

BEGAN_S = 1_700_000_000.25
NOTHING = News("", 8, "", BEGAN_S, 0.0, ())


@dataclass
class Page:
    """The page as a run tells it news, and as a browser asks it."""

    process: "subprocess.Popen[str]"
    port: int

    def heard(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def tell(self, news: News) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(asdict(news)) + "\n")
        self.process.stdin.flush()
        assert self.heard() == SHOWN

    def ask(self, path: str, form: str | None = None, news: News = NOTHING) -> str:
        """What a browser that has asked for a path is answered in the pause after some news."""
        with (
            closing(http.client.HTTPConnection(LOOPBACK, self.port, timeout=20)) as browser,
            ThreadPoolExecutor(1) as reader,
        ):
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            browser.request("GET" if form is None else "POST", path, form, kind)
            text = reader.submit(lambda: browser.getresponse().read().decode())
            self.tell(news)
            return text.result(20)

    def counts(self) -> dict[tuple[str, str], tuple[int, int]]:
        rows = csv.DictReader(self.ask("/stats/requests/csv").splitlines())
        return {(row["Name"], row["Type"]): (int(row["Request Count"]), int(row["Failure Count"])) for row in rows}


@pytest.fixture
def page() -> Iterator[Page]:
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    with serving(port) as process:
        shown = Page(process, port)
        assert shown.heard() == LISTENS
        yield shown
        assert process.stdin
        process.stdin.close()
        assert process.wait(20) == 0


def serving(port: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bench.load.page", LOOPBACK, str(port)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def slices(*requests: int) -> tuple[Slice, ...]:
    return tuple(Slice(1.5 * number, 0.1, count, 0, 0, received_bytes=100) for number, count in enumerate(requests))


def news(folder: Path, *tallies: Tally, **times: list[float]) -> News:
    file = folder / "times.npz"
    arrays: dict[str, Any] = {name: np.array(values, dtype=np.float32) for name, values in times.items()}
    np.savez(file, **arrays)
    return News("json", 8, str(file), BEGAN_S, 4.0, tallies)


def test_each_rotation_is_added_by_sut_and_workload(page: Page, tmp_path: Path) -> None:
    flask = Tally("flask", slices(3, 3), errors={"timed out": 2})
    twin = Tally("twin", dropped="no connection within 5 s")
    page.tell(news(tmp_path, flask, twin, flask=[0.001, 0.002, 0.12, 0.004]))
    assert page.counts() == {("flask", "json"): (8, 2), ("twin", "json"): (1, 1), ("Aggregated", ""): (9, 3)}
    more = news(tmp_path, Tally("flask", slices(5)), flask=[0.000432] * 5)
    shown: dict[str, Any] = json.loads(page.ask("/stats/requests", news=more))
    assert (shown["state"], shown["user_count"]) == ("running", 8)
    (row,) = [row for row in shown["stats"] if row["name"] == "flask"]
    assert (row["num_requests"], row["num_failures"]) == (13, 2)
    assert row["avg_response_time"] == pytest.approx((127 + 5 * 0.432) / 9)
    assert row["median_response_time"] == pytest.approx(0.432, abs=0.01), "below a millisecond too"
    assert (row["response_time_percentile_0.99"], row["max_response_time"]) == (120, 120)
    errors = {(one["name"], one["method"], one["error"]): one["occurrences"] for one in shown["errors"]}
    assert errors == {("flask", "json", "timed out"): 2, ("twin", "json", "no connection within 5 s"): 1}


def test_current_rates_are_those_under_load_in_the_last_rotation(page: Page, tmp_path: Path) -> None:
    page.tell(news(tmp_path, Tally("one", slices(50)), Tally("other", slices(7))))
    one, twin = Tally("one", slices(6, 2), errors={"reset": 4}), Tally("twin", slices(10))
    shown = json.loads(page.ask("/stats/requests", news=news(tmp_path, one, twin)))
    rates = {row["name"]: (row["current_rps"], row["current_fail_per_sec"]) for row in shown["stats"]}
    assert rates == {"one": (60, 20), "other": (70, 0), "twin": (100, 0), "Aggregated": (5.5, 1)}
    assert (shown["current_rps"], shown["current_fail_per_sec"]) == (5.5, 1)
    assert (shown["total_rps"], shown["fail_ratio"]) == (79 / 4, 4 / 79)


def test_what_locust_calls_current_is_of_the_last_rotation(page: Page, tmp_path: Path) -> None:
    page.tell(news(tmp_path, Tally("flask", slices(9)), flask=[0.2] * 9))
    more = news(tmp_path, Tally("flask", slices(3)), Tally("twin", slices(2)), flask=[0.003] * 3, twin=[0.005] * 2)
    shown = json.loads(page.ask("/stats/requests", news=more))
    assert shown["current_response_time_percentiles"] == {
        "response_time_percentile_0.5": 3,
        "response_time_percentile_0.95": 5,
    }


def test_a_wrong_answer_is_a_failure(page: Page, tmp_path: Path) -> None:
    page.tell(news(tmp_path, Tally("flask", slices(4), wrong=("no name", "no name")), flask=[0.001] * 4))
    assert page.counts()["flask", "json"] == (4, 2)
    assert "no name" in page.ask("/stats/failures/csv")


def test_nobody_is_answered_but_after_news(page: Page, tmp_path: Path) -> None:
    with socket.create_connection((LOOPBACK, page.port)) as browser:
        browser.sendall(b"GET /stats/requests/csv HTTP/1.0\r\n\r\n")
        browser.settimeout(1.0)
        with pytest.raises(TimeoutError):
            browser.recv(1)
        page.tell(news(tmp_path, Tally("flask", slices(4)), flask=[0.001] * 4))
        assert b"flask" in b"".join(iter(lambda: browser.recv(65536), b"")), "with that news"


def test_times_that_were_not_kept_are_no_times(page: Page) -> None:
    page.tell(News("json", 8, "", BEGAN_S, 3.0, (Tally("flask", slices(5)),)))
    assert page.counts()["flask", "json"] == (5, 0)


def test_everything_can_be_read_and_no_button_does_anything(page: Page, tmp_path: Path) -> None:
    page.tell(news(tmp_path, Tally("flask", slices(4)), flask=[0.001] * 4))
    for path in ("/swarm", "/stop", "/stats/reset", "/user"):
        answer = json.loads(page.ask(path, "user_count=5&spawn_rate=1&host=http://192.0.2.1"))
        assert answer["success"] is False
        assert answer["message"].startswith("This page only shows a run.")
    assert page.counts()["flask", "json"] == (4, 0)
    for path in ("/stats/failures/csv", "/exceptions", "/tasks", "/logs", "/stats/report?download=1"):
        assert page.ask(path)
    first = page.ask("/")
    assert "running" in first
    assert "192.0.2.1" not in first


def test_a_place_that_is_taken_is_told() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken, serving(taken.getsockname()[1]) as process:
        out, _ = process.communicate(timeout=20)
    assert out.startswith("Address already in use")
