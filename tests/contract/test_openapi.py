"""`apps/openapi.yaml` says what `apps/SPEC.md` says, and says it in valid OpenAPI."""

import random
import re
from pathlib import Path
from typing import Any

import jsonschema
import openapi_spec_validator
import yaml

from bench.contract import seed
from bench.contract.operations import OPERATIONS, reprice_list
from bench.contract.operations.check_order import drawn, summary
from bench.contract.resources import RESOURCES

APPS = Path(__file__).parents[2] / "apps"
DOCUMENT: dict[str, Any] = yaml.safe_load((APPS / "openapi.yaml").read_text())
METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}


def described() -> dict[str, str]:
    """Method and path of each operation that the document describes, by its name."""
    return {
        operation["operationId"]: f"{method.upper()} {path}"
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def test_it_describes_the_operations_of_the_contract() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| `([A-Z]+ [^`?]+)", (APPS / "SPEC.md").read_text(), flags=re.MULTILINE)
    assert described() == dict(rows)
    assert described() == {operation.id: f"{operation.method} {operation.path}" for operation in OPERATIONS}


def test_the_checks_know_the_same_resources_but_for_those_of_optional_groups() -> None:
    methods = {
        path: {method.upper() for method in item if method in METHODS} for path, item in DOCUMENT["paths"].items()
    }
    optional = {operation.path: {operation.method} for operation in OPERATIONS if not operation.group.required}
    assert methods == RESOURCES | optional


def test_it_is_valid() -> None:
    openapi_spec_validator.validate(DOCUMENT)


def validator(name: str) -> jsonschema.Draft202012Validator:
    """What holds a document against a schema of the components."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    return jsonschema.Draft202012Validator(schema)


def test_its_schema_takes_the_seeded_items() -> None:
    item = validator("Item")
    assert all(item.is_valid(one.as_json()) for one in seed.items()[:200])
    assert not item.is_valid(seed.items()[0].as_json() | {"name": ""})


def test_its_schema_takes_orders_and_their_sums() -> None:
    order, sums = drawn(random.Random(1)), validator("OrderSums")
    assert validator("Order").is_valid(order)
    assert not validator("Order").is_valid(order | {"lines": []})
    assert sums.is_valid(summary(order))
    assert not sums.is_valid(order)


def test_its_schema_takes_price_lists_with_old_and_new_prices() -> None:
    asked = {"percent": 100, "items": [one.as_json() for one in seed.items()[:200]]}
    assert validator("PriceList").is_valid(asked)
    assert not validator("PriceList").is_valid(asked | {"percent": 101})
    assert not validator("PriceList").is_valid(asked | {"items": [{}]})
    assert validator("RepricedList").is_valid(reprice_list.repriced(asked))
    assert not validator("RepricedList").is_valid(asked)
