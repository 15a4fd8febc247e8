"""The parent's side of the Scrapy process: starts it, sends it orders, reads its reports."""

import contextlib
import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter, ValidationError

from bench.crawl import feeds
from bench.crawl.protocol import CrawlState, Site
from bench.errors import CrawlError
from bench.host import awake, variables
from bench.host.protocol import Cpus, Host, Process

INSIDE = Path(__file__).with_name("inside")
"""The Scrapy project."""

_STATE = TypeAdapter(CrawlState)
_SAMPLES = TypeAdapter(dict[str, int])
_STARTING_S = 60.0
_STOPPING_S = 20.0
"""The time in which a crawl that is stopped must drop its last requests."""


class Crawler:
    """A running Scrapy process, whose crawls take turns."""

    def __init__(self, process: Process, host: Host, log: Path) -> None:
        self._process, self._host, self._log = process, host, log

    def open(self, site: Site) -> None:
        """Open a crawl, ready for its first turn."""
        how = {"url": site.url, "way": site.way, "rows": site.rows is not None}
        self._ask({"do": "open", "site": site.name, **how, "feeds": feeds.options(site.feeds, site.rows)}, _STARTING_S)

    def turn(self, site: Site, pages: int, within_s: float) -> CrawlState:
        """Let a crawl go on for so many pages; it is stopped where it has not finished them after `within_s`."""
        order = {"do": "turn", "site": site.name, "pages": pages, "within_s": within_s}
        return _STATE.validate_python(self._ask(order, within_s + _STARTING_S))

    def close(self, site: Site) -> CrawlState:
        """End a crawl."""
        return _STATE.validate_python(self._ask({"do": "close", "site": site.name}, _STOPPING_S))

    def sample(self) -> None:
        """Begin to count whose code uses the CPU."""
        self._ask({"do": "sample"}, _STOPPING_S)

    def samples(self) -> Mapping[str, int]:
        """End that; samples by package."""
        return _SAMPLES.validate_python(self._ask({"do": "stop sampling"}, _STOPPING_S))

    def pids(self) -> tuple[int, ...]:
        """Its process tree."""
        return self._host.pids(self._process)

    def _ask(self, order: Mapping[str, Any], within_s: float) -> Any:
        with awake.alarm(within_s, self._process.kill) as late:
            try:
                _pipe(self._process.stdin).write(json.dumps(order) + "\n")
                _pipe(self._process.stdin).flush()
                reply = json.loads(_pipe(self._process.stdout).readline())
            except (OSError, ValueError, ValidationError) as error:
                what = f"had not finished after {within_s:.0f} s" if late.is_set() else "died"
                tail = self._log.read_text("utf-8", "replace").strip().splitlines()[-8:]
                raise CrawlError("\n".join([f"Scrapy {what}.", *(f"  {line}" for line in tail)])) from error
        if "error" in reply:
            raise CrawlError(f"Scrapy could not go on: {reply['error']}.")
        return reply


@contextlib.contextmanager
def crawler(
    python: Path, log: Path, host: Host, cpus: Cpus = frozenset(), settings: Mapping[str, Any] | None = None
) -> Iterator[Crawler]:
    """A Scrapy process on the interpreter of its environment, pinned to `cpus`, gone when the context ends.

    `settings` are those that differ from the project's. No variable of the environment reaches it that would change its
    work, such as that of a proxy.
    """
    with log.open("wb") as errors:
        process = host.start(
            [python, "-m", "catalog", json.dumps(settings or {})],
            cpus=cpus,
            cwd=INSIDE,
            env=variables.kept(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        yield Crawler(process, host, log)
    finally:
        host.end(process)
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                _pipe(pipe).close()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
