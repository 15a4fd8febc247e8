"""The version of the contract follows what an app is asked to do: two runs of one version measured the same work."""

import hashlib
import random
from dataclasses import asdict

from bench.contract import ALIKE, VERSION, seed, workloads
from bench.contract.operations import OPERATIONS
from bench.load.requests import Pools
from bench.workspace import ROOT
from tests.contract.test_openapi import DOCUMENT

DIGESTS = {"1.0": "a71df99ec21d51e1", "1.1": "a71df99ec21d51e1"}
"""What is asked, by version. When this fails: raise `bench.contract.VERSION` and `openapi.yaml`'s, add a line here."""


def asked() -> str:
    """A digest of the table, its rows, the workloads, and a few requests of every operation."""
    shop = Pools("127.0.0.1", 1)
    requests = [(operation.id, request.data) for operation in OPERATIONS for request in shop.pool(operation.id)[:5]]
    used_up = shop.of_row("delete-item", random.Random(1), seed.items()[0])
    schema = (ROOT / "bench" / "databases" / "schema.sql").read_text("utf-8")
    text = repr((schema, seed.items(), list(map(asdict, workloads.WORKLOADS)), requests, used_up.data))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def test_the_same_version_asks_the_same_of_an_app() -> None:
    assert asked() == DIGESTS[VERSION]


def test_versions_that_compare_time_the_same_requests() -> None:
    assert {DIGESTS[version] for version in ALIKE} == {DIGESTS[VERSION]}
    assert {version for version, digest in DIGESTS.items() if digest == DIGESTS[VERSION]} == ALIKE


def test_every_page_names_the_same_version() -> None:
    assert DOCUMENT["info"]["version"] == VERSION
    assert f"version {VERSION}" in (ROOT / "apps" / "SPEC.md").read_text("utf-8")
