"""The ceiling of the crawler: a static copy of the site, crawled beside the SUTs in the same turns. Pure."""

from bench.estimate import Estimate
from bench.model import CRAWL, STATIC
from bench.statistics import estimates
from bench.store.results import Run


def ceiling(run: Run) -> Estimate | None:
    """Pages a second of the copy; None where none was crawled."""
    cells = run.sound_cells().get((STATIC, CRAWL), [])
    return estimates.estimate([cell.requests / cell.busy_s for cell in cells]) if cells else None
