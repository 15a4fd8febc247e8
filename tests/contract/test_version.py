"""The version of the contract follows what an app is asked to do: two runs of one version measured the same work."""

import hashlib
import random
from dataclasses import asdict

from bench.contract import ALIKE, VERSION, seed, workloads
from bench.contract.operations import OPERATIONS
from bench.load.requests import Pools
from bench.model import Workload
from bench.workspace import ROOT
from tests.contract.test_openapi import DOCUMENT

DIGESTS = {"1.0": "a71df99ec21d51e1", "1.1": "a71df99ec21d51e1"}
"""What is asked, by version. When this fails: raise `bench.contract.VERSION` and `openapi.yaml`'s, add a line here."""
OPTIONAL = {
    "check-order": "6c7393ce15c82a26",
    "slow-upstream": "027f3b640da76462",
    "stream": "c9e1d6e4dcc21b5e",
    "print-labels": "43a7d3844932983a",
    "reprice-list": "f35d41c463620726",
}
"""What the operations of optional groups ask."""


def asked() -> str:
    """A digest of the table, its rows, the workloads that every app has, and a few requests of their operations."""
    shop = Pools("127.0.0.1", 1)
    core = [operation.id for operation in OPERATIONS if operation.group.required]
    requests = [(name, request.data) for name in core for request in shop.pool(name)[:5]]
    used_up = shop.of_row("delete-item", random.Random(1), seed.items()[0])
    schema = (ROOT / "bench" / "databases" / "schema.sql").read_text("utf-8")
    loads = [asked_of(workload) for workload in workloads.WORKLOADS if set(workload.operations) <= set(core)]
    return digest((schema, seed.items(), loads, requests, used_up.data))


def asked_of(workload: Workload) -> dict[str, object]:
    """A workload as it was before some had users of their own: those of the core have none."""
    fields = asdict(workload)
    assert not fields.pop("concurrency")
    assert not fields.pop("wait_s")
    assert not fields.pop("slice_s")
    return fields


def digest(what: object) -> str:
    """Of the text that shows something."""
    return hashlib.sha256(repr(what).encode()).hexdigest()[:16]


def test_an_optional_operation_asks_the_same_as_long_as_it_has_its_name() -> None:
    """Runs with it compare whatever their version; when this fails, the operation needs another id."""
    shop = Pools("127.0.0.1", 1)
    optional = [operation.id for operation in OPERATIONS if not operation.group.required]
    assert {name: digest([request.data for request in shop.pool(name)[:5]]) for name in optional} == OPTIONAL


def test_the_same_version_asks_the_same_of_an_app() -> None:
    assert asked() == DIGESTS[VERSION]


def test_versions_that_compare_time_the_same_requests() -> None:
    assert {DIGESTS[version] for version in ALIKE} == {DIGESTS[VERSION]}
    assert {version for version, digest in DIGESTS.items() if digest == DIGESTS[VERSION]} == ALIKE


def test_every_page_names_the_same_version() -> None:
    assert DOCUMENT["info"]["version"] == VERSION
    assert f"version {VERSION}" in (ROOT / "apps" / "SPEC.md").read_text("utf-8")
