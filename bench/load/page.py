"""Locust's own web page over a run that others measure: it shows what standard input brings, and can start nothing.

It answers only for a moment after each piece of news. Until the next one it does nothing at all, as others are timed.

Usage: python -m bench.load.page ADDRESS PORT
"""

import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import gevent
import numpy as np
from gevent.pywsgi import WSGIServer
from locust import stats
from locust.env import Environment
from locust.runners import STATE_RUNNING, LocalRunner
from pydantic import TypeAdapter

from bench.load.audience import LISTENS, SHOWN, News
from bench.load.protocol import Tally, series

_NEWS = TypeAdapter(News)
_PAUSE_S = 0.3
"""Enough to answer what browsers have asked for since the last pause."""
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_ONLY_SHOWN = "This page only shows a run. It starts and stops nothing; Ctrl-C, where the run was started, ends it."


class Onlooker(LocalRunner):
    """Locust's runner, as its page wants one, for users that are in other processes."""

    users = 0

    @property
    def user_count(self) -> int:
        """How many there were in the last rotation."""
        return self.users


class StatsRow(stats.StatsEntry):
    """Locust's statistics, with the rates of the last rotation as the current ones: over what was under load, and not
    over the last ten seconds, in which others were too, or nobody.
    """

    current_rps = 0.0
    current_fail_per_sec = 0.0

    def extend(self, other: Any) -> None:
        """Add another one, which is later."""
        super().extend(other)
        self.current_rps, self.current_fail_per_sec = other.current_rps, other.current_fail_per_sec


def main(address: str, port: int) -> None:
    """Serve the page until standard input ends."""
    runner, app = _page(address, port)
    server = WSGIServer((address, port), app, log=None)
    try:
        server.start()
    except OSError as error:
        print(error.strerror or error)
        return
    print(LISTENS, flush=True)
    while line := sys.stdin.readline():  # the only thread waits here, so nobody is answered meanwhile
        add(runner, _NEWS.validate_json(line))
        gevent.sleep(_PAUSE_S)
        print(SHOWN, flush=True)


def _page(address: str, port: int) -> tuple[Any, Any]:
    """A runner with statistics, and Locust's application that shows them, whose buttons do nothing."""
    environment: Any = Environment(locustfile="Fairground", host="servers in turn")
    environment.runner = Onlooker(environment)
    environment.runner.update_state(STATE_RUNNING)
    environment.stats.total = StatsRow(environment.stats, "Aggregated", "", use_response_times_cache=True)
    app = environment.create_web_ui(address, port, delayed_start=True).app
    for rule in app.url_map.iter_rules():
        if rule.methods - _READS:
            app.view_functions[rule.endpoint] = _refuse
    return environment.runner, app


def _refuse() -> dict[str, Any]:
    """Say no, as Locust does."""
    return {"success": False, "message": _ONLY_SHOWN}


def add(runner: Any, news: News) -> None:
    """Add a rotation to Locust's statistics, as its master adds what workers report."""
    total, entries = runner.stats.total, runner.stats.entries
    before = stats.CachedResponseTimes(total.response_times.copy(), total.num_requests, total.num_none_requests)
    failed = total.num_failures
    runner.users = news.users
    for tally in news.tallies:
        failures = _failures(tally)
        entry = _entry(runner.stats, news, tally, failures.total())
        entries.setdefault((entry.name, entry.method), StatsRow(runner.stats, entry.name, entry.method)).extend(entry)
        total.extend(entry)
        for reason, count in failures.items():
            _fail(runner.stats, entry, reason, count)
    total.current_rps = _rate(total.num_requests - before.num_requests, news.wall_s)
    total.current_fail_per_sec = _rate(total.num_failures - failed, news.wall_s)
    # Locust's current percentiles are of what came since so long ago. Here that is the last rotation.
    total.response_times_cache = {int(time.time()) - stats.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW: before}
    stats.update_stats_history(runner)


def _failures(tally: Tally) -> Counter[str]:
    """How often a SUT failed, by reason."""
    return Counter(tally.errors) + Counter(tally.wrong) or Counter([tally.dropped] if tally.dropped else [])


def _entry(all_of_them: Any, news: News, tally: Tally, failed: int) -> Any:
    """What one SUT did in a rotation, as Locust counts it: wrong answers have a time, other failures have none, and nor
    have the first requests in a slice.
    """
    entry: Any = StatsRow(all_of_them, tally.sut, news.workload)
    entry.start_time, entry.last_request_timestamp = news.began_s, news.began_s + news.wall_s
    times_ms = _times_ms(Path(news.times), tally.sut)
    entry.num_requests = sum(one.requests for one in tally.slices) + failed - len(tally.wrong)
    entry.num_none_requests = max(entry.num_requests - len(times_ms), 0)
    entry.num_failures = failed
    if times_ms:
        entry.total_response_time = sum(times_ms)
        entry.min_response_time, entry.max_response_time = min(times_ms), max(times_ms)
        entry.response_times = Counter(map(_two_digits, times_ms))
    entry.total_content_length = sum(one.received_bytes for one in tally.slices)
    busy_s = sum(one.busy_s for one in tally.slices)
    entry.current_rps, entry.current_fail_per_sec = _rate(entry.num_requests, busy_s), _rate(failed, busy_s)
    return entry


def _rate(count: int, duration_s: float) -> float:
    return count / duration_s if duration_s else 0.0


def _two_digits(time_ms: float) -> float:
    """As Locust keeps response times, but below 100 ms too: most are below 1 ms, which it would keep as 0."""
    return float(f"{time_ms:.2g}")


def _fail(all_of_them: Any, entry: Any, reason: str, count: int) -> None:
    key = stats.StatsError.create_key(entry.method, entry.name, reason)
    error = all_of_them.errors.setdefault(key, stats.StatsError(entry.method, entry.name, reason))
    error.occurred()
    error.occurrences += count - 1


def _times_ms(file: Path, sut: str) -> list[float]:
    """The raw response times of a SUT, to the microsecond; none where they were not kept."""
    if not file.is_file():
        return []
    with np.load(file) as arrays:
        name = series(sut)
        times_ms: list[float] = (arrays[name].astype(float) * 1000).round(3).tolist() if name in arrays.files else []
    return times_ms


if __name__ == "__main__":
    main(sys.argv.pop(1), int(sys.argv.pop(1)))  # Locust reads what is left of the command line for its page
