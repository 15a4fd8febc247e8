"""What is measured: one workload for each operation, and a shopkeeper's session of all of them."""

from bench.errors import UsageError
from bench.model import Workload

_STOCK = 60_000
"""Rows laid in before a workload that deletes: more than the fastest server can delete in a rotation."""

WORKLOADS = (
    Workload("plaintext", "Plain text, no database", ("plaintext",)),
    Workload("json", "Small JSON, no database", ("json",)),
    Workload("read-item", "One row as JSON", ("read-item",)),
    Workload("list-items", "Twenty rows and a count as JSON", ("list-items",)),
    Workload("create-item", "Insert a row", ("create-item",), writes=True),
    Workload("update-item", "Replace a row", ("update-item",), writes=True),
    Workload("delete-item", "Delete a row", ("delete-item",), writes=True, stock=_STOCK),
    Workload("browse", "A page of twenty rows, from a template", ("browse",)),
    Workload("view-item", "A page of one row, from a template", ("view-item",)),
    Workload(
        "crud-mix",
        "A session: list, read, create, read back, update, delete",
        (
            *("list-items", "read-item", "read-item", "read-item", "browse", "view-item"),
            *("create-item", "read-own", "update-own", "delete-own"),
        ),
        writes=True,
    ),
)
_BY_ID = {workload.id: workload for workload in WORKLOADS}


def find(name: str) -> Workload:
    """The workload called `name`; raises UsageError with the names that exist."""
    try:
        return _BY_ID[name]
    except KeyError:
        raise UsageError(f"There is no workload called {name!r}; there are: {', '.join(_BY_ID)}.") from None
