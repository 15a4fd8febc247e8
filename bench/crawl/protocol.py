"""The protocol between parent and Scrapy process: one JSON object a line, both ways."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

WAYS = ("xpath", "css", "lxml")
"""How pages can be read; the first is the usual one."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site to crawl, called `name` in this process.

    Its items are exported to `feeds`, each in the format that its suffix names, and the rows of its pages to `rows`
    where that is a file; `way` is how its pages are read.
    """

    name: str
    url: str
    feeds: tuple[Path, ...] = ()
    way: str = WAYS[0]
    rows: Path | None = None


@dataclass(frozen=True, slots=True)
class CrawlState:
    """The state of a crawl, and the cost of its last turn: `busy_s` of time, `cpu_ns` of Scrapy's own CPU. Of that time
    the machine stood still for `still_s`; 0 for never.

    `pages` counts the sound ones, `bytes` all that were received; `duplicates` counts links to pages that had been
    requested, which were filtered. `faults` counts by kind what was wrong with the site, `firsts` has the first URL of
    each kind. `ended` is why it is over, None while it is not; `unwritten` why a feed could not be written.
    """

    busy_s: float = 0.0
    cpu_ns: int = 0
    still_s: float = 0.0
    pages: int = 0
    items: int = 0
    bytes: int = 0
    duplicates: int = 0
    retries: int = 0
    faults: Mapping[str, int] = field(default_factory=dict)
    firsts: Mapping[str, str] = field(default_factory=dict)
    ended: str | None = None
    unwritten: str | None = None
