"""What a site of many runs costs, for docs/history.md: by hand, for some minutes. `make growth` does it.

    .venv/bin/python -m tests.site.growth 1000

So many made-up runs are stored, and `bench site` builds a site of them: from nothing, then with one run more, then on a
machine that has only the site before that one and fetches the rest; last, a browser opens the index. With a folder as a
second word everything is kept there, and what stands in it from an earlier call is not made again.
"""

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.store import storage
from bench.workspace import ROOT
from tests import chromium

REFERENCE = ROOT / "results" / "reference"
FIRST = datetime(2024, 1, 1, 4, tzinfo=UTC)
NOISE = 0.01
DEARER, FROM = 1.1, 0.6
"""From this share of the runs on Flask costs so many times as much."""
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
SEARCHED = """words => {
  const field = document.getElementById("search"), began = performance.now();
  field.value = words;
  field.dispatchEvent(new Event("input"));
  document.body.offsetHeight;
  return performance.now() - began;
}"""
"""Milliseconds until what is searched for is laid out."""
OPENED = 5

Json = dict[str, Any]


def run_of(number: int, like: Json, dearer: float) -> Json:
    """The run of a day: every figure of another run, off by as much as its SUT is that day."""
    rng, day = Random(number), FIRST + timedelta(days=number)
    luck = {sut["id"]: math.exp(rng.gauss(0, NOISE)) for sut in like["suts"]}
    luck["flask"] *= dearer
    return like | {
        "run": like["run"] | {"id": f"{day:%Y%m%dT%H%M%SZ}-quick", "started_at": day.isoformat()},
        "environment": like["environment"] | {"commit": f"{number:012x}"},
        "measurements": [_scaled(one, "estimate", luck[one["sut"]]) for one in like["measurements"]],
        "comparisons": [_scaled(one, "here", luck[one["sut"]] / luck[one["baseline"]]) for one in like["comparisons"]],
    }


def _scaled(entry: Json, name: str, by: float) -> Json:
    estimate = {end: None if value is None else value * by for end, value in entry[name].items()}
    rounds = {"rounds": [value * by for value in entry["rounds"]]} if "rounds" in entry else {}
    return entry | {name: estimate} | rounds


def store(numbers: Iterable[int], dearer_from: float, results: Path) -> None:
    """Store the runs of these days."""
    like = json.loads(storage.as_json(storage.load(REFERENCE)))
    for number in numbers:
        run = run_of(number, like, DEARER if number >= dearer_from else 1.0)
        folder = results / run["run"]["id"]
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(json.dumps(run))


def built(results: Path, site: Path, *options: str) -> str:
    """What it costs to build the site, in words."""
    command = [sys.executable, "-m", "bench", "site", "--into", str(site), *options]
    began = time.perf_counter()
    here = {"FAIRGROUND_RESULTS": str(results), "no_proxy": "127.0.0.1"}
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | here, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    took_s = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit("The site was not built.")
    cpu_s, most_mib = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024  # Linux counts in KiB
    return f"{took_s:.1f} s, of it {cpu_s:.1f} s of CPU time, {most_mib:.0f} MiB"


@contextmanager
def published(site: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of a site, and every path that somebody wanted there."""
    wanted: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted.append(self.path)
            super().do_GET()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site))) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", wanted
        finally:
            server.shutdown()
            thread.join()


def opened(site: Path) -> str:
    """How long a browser takes to open the index and to search it, in words."""
    path = chromium.path()
    if path is None:
        return "there is no Chromium here"
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, path)
        times = [_opened(browser, site) for _ in range(OPENED)]
        browser.close()
    loaded_ms, searched_ms = map(statistics.median, zip(*times, strict=True))
    return f"loaded in {loaded_ms:.0f} ms, searched in {searched_ms:.0f} ms, medians of {OPENED}"


def _opened(browser: Browser, site: Path) -> tuple[float, float]:
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    loaded_ms, searched_ms = float(page.evaluate(LOADED)), float(page.evaluate(SEARCHED, "2024-01 quick"))
    page.close()
    return loaded_ms, searched_ms


def mib(paths: Iterable[Path]) -> str:
    """The size of some files in words."""
    return f"{sum(path.stat().st_size for path in paths if path.is_file()) / 2**20:.1f} MiB"


def history(count: int, folder: Path) -> None:
    """Print what a site of so many runs costs, and its growth by one."""
    results, before, site = folder / "results", folder / "before", folder / "site"
    if not results.exists():
        store(range(count), FROM * count, results)
    if not before.exists():
        print(f"{count} runs from nothing: {built(results, before)}", flush=True)
        store([count], 0, results)
    if not site.exists():
        shutil.copytree(before, site, copy_function=os.link)
        print(f"one run more: {built(results, site)}", flush=True)
    lists = ", ".join(f"{name} {mib([site / name])}" for name in ("index.html", "runs.json", "trends.json"))
    print(f"the site: {mib(site.rglob('*'))}, of it {lists}")
    empty, cached = folder / "empty", folder / "cached"
    shutil.rmtree(cached, ignore_errors=True)
    shutil.copytree(before, cached, copy_function=os.link)
    with published(site) as (url, wanted):
        cost = built(empty, cached, "--from", url)
    print(f"with --from and the site before in its cache: {cost}, {len(wanted)} requests", flush=True)
    print(f"the index: {opened(site)}")


def main() -> None:
    """Do what the command line says."""
    count, *place = sys.argv[1:] or ["1000"]
    with tempfile.TemporaryDirectory() as folder:
        history(int(count), Path(*place or [folder]))


if __name__ == "__main__":
    main()
