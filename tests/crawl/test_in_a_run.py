"""A crawl as a part of a run, for real: two SUTs, their twin and the static copy."""

import json

import pytest

from bench.crawl import written
from bench.metrics import CRAWL_OWN_CPU, CRAWL_PAGES, CRAWL_SERVER_CPU
from bench.model import CRAWL, STATIC, TWIN
from bench.store import archive, storage
from bench.workspace import Workspace
from tests.commands import Command

pytestmark = [pytest.mark.servers, pytest.mark.slow]


def test_every_sut_is_crawled_and_its_feeds_equal_the_table(
    bench: Command, workspace: Workspace, scrapy: object
) -> None:
    done = bench("run", "--profile", "smoke", "--apps", "wsgi,flask", "--workloads", "crawl")
    assert done.code == 0, done
    run = storage.load(archive.latest(workspace.results))
    assert run.failures == ()
    (info,) = [workload for workload in run.workloads if workload.kind == "crawl"]
    assert info.settings == written.settings()
    assert info.settings["CONCURRENT_REQUESTS"] == info.settings["CONCURRENT_REQUESTS_PER_DOMAIN"]
    assert run.environment.tools["scrapy"] == written.versions()["scrapy"]
    cells = {cell.sut: cell for cell in run.rounds[0].cells}
    assert set(cells) == {"wsgi", "flask", TWIN, STATIC}
    for cell in cells.values():
        assert cell.workload == CRAWL
        assert cell.crawl is not None
        assert cell.requests == 105
        assert 98 <= cell.crawl.items <= 101
        assert cell.crawl.bytes > 105 * 300
        assert cell.errors == {}
        assert 0 < cell.cpu_ns < cell.generator_cpu_ns
    assert cells[STATIC].cpu_ns < cells["wsgi"].cpu_ns < cells["flask"].cpu_ns
    known = {(measurement.sut, measurement.metric) for measurement in run.measurements}
    assert {(sut, metric.id) for sut in ("wsgi", "flask") for metric in (CRAWL_PAGES, CRAWL_SERVER_CPU)} <= known
    assert {comparison.metric for comparison in run.comparisons} >= {
        CRAWL_PAGES.id,
        CRAWL_SERVER_CPU.id,
        CRAWL_OWN_CPU.id,
    }
    assert json.loads((archive.latest(workspace.results) / "run.json").read_text("utf-8"))["schema_version"] == 3
