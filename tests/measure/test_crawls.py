"""The crawl of a round: the floor for real beside its static copy, and a crawler that fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.crawl.process import crawler
from bench.crawl.rotation import TURN
from bench.databases.sqlite import SqliteTemplate
from bench.host.protocol import Host
from bench.measure import crawls
from bench.measure.crawls import Circuit
from bench.model import CRAWL, STATIC, App, Sut
from bench.store.results import Cell
from bench.suts import servers
from bench.suts.servers import Server
from tests.here import HERE

pytestmark = pytest.mark.servers


@pytest.fixture
def circuit(host: Host, tmp_path: Path, scrapy: Path) -> Iterator[Circuit]:
    with crawler(scrapy, tmp_path / "scrapy.log", host) as process:
        yield Circuit(process, host, frozenset(), tmp_path, HERE.state)


@pytest.fixture
def floor(host: Host, template: SqliteTemplate, installed: dict[str, App], tmp_path: Path) -> Iterator[Server]:
    sut = Sut.of(installed["wsgi"])
    database = template.copy("crawled")
    with servers.serve(sut, database.url, tmp_path / "wsgi.log", host, HERE.state) as server:
        yield server


def test_a_server_is_crawled_beside_a_static_copy_of_it(floor: Server, circuit: Circuit) -> None:
    seen = list(crawls.crawl({"wsgi": floor}, circuit, 105, "7"))
    assert [failure for _, failure in seen] == [None, None]
    cells: dict[str, Cell] = {cell.sut: cell for cell, _ in seen}
    assert list(cells) == [STATIC, "wsgi"]
    for cell in cells.values():
        assert (cell.workload, cell.requests, cell.slices, cell.cpus) == (CRAWL, 105, 105 // TURN, 1)
        assert cell.crawl is not None
        assert 98 <= cell.crawl.items <= 101, "and five pages of twenty, give or take one"
        assert (cell.crawl.duplicates, cell.crawl.retries) == (0, 0)
        assert 138 <= cell.sampled <= 141, "feeds hold the items of the warm-up as well"
        assert 0 < cell.cpu_ns < cell.generator_cpu_ns < cell.busy_s * 2e9
        assert cell.memory_peak_bytes > 2**20
    assert cells[STATIC].cpu_ns < cells["wsgi"].cpu_ns

    circuit.crawler._process.kill()
    again = list(crawls.crawl({"wsgi": floor}, circuit, 105, "7"))
    assert [(cell.sut, cell.requests) for cell, _ in again] == [("wsgi", 0)]
    assert "Scrapy died." in str(again[0][1])
