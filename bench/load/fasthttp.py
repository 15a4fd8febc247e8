"""Locust's own FastHttpUser under the same load, for comparison: prints one JSON object.

Usage: python -m bench.load.fasthttp URL USERS SECONDS
"""

import json
import sys
import time

import gevent
from locust import FastHttpUser, constant, task
from locust.env import Environment

from bench.statistics.latency import percentile

_SETTLE_S = 0.5


class Visitor(FastHttpUser):
    """Asks for one page over and over."""

    wait_time = constant(0)
    path = "/"

    @task
    def visit(self) -> None:
        """GET the page."""
        self.client.get(self.path)


def main(url: str, users: int, duration_s: float) -> None:
    """Load `url` and print requests a second and percentiles of raw response times in seconds."""
    import numpy as np  # noqa: PLC0415  (after Locust has patched what it patches)

    host, _, path = url.partition("//")[2].partition("/")
    Visitor.host, Visitor.path = f"http://{host}", f"/{path}"
    times: list[float] = []

    def note(response_time: float, exception: Exception | None = None, **_: object) -> None:
        if exception is None:
            times.append(response_time / 1000)

    environment = Environment(user_classes=[Visitor])
    environment.events.request.add_listener(note)  # type: ignore[no-untyped-call]
    runner = environment.create_local_runner()
    runner.start(users, spawn_rate=users)
    gevent.sleep(_SETTLE_S)
    times.clear()
    began, cpu_s = time.perf_counter(), time.process_time()
    gevent.sleep(duration_s)
    took_s, cpu_s, taken = time.perf_counter() - began, time.process_time() - cpu_s, np.array(times)
    runner.quit()
    figures = {"rps": taken.size / took_s, "p50_s": percentile(taken, 0.5), "p99_s": percentile(taken, 0.99)}
    print(json.dumps(figures | {"cpu_us": cpu_s * 1e6 / taken.size}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
