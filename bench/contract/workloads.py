"""What is measured: one workload for each operation, and a shopkeeper's session of all of them."""

from collections.abc import Container

from bench.contract.operations import OPERATIONS, offered
from bench.contract.operations.operation import Operation
from bench.errors import UsageError
from bench.model import Step, Workload


def alone(operation: Operation) -> Workload:
    """The workload of one operation and nothing else."""
    return Workload(operation.id, operation.title, (Step(operation.id),), operation.writes, operation.stock)


_SESSION = Workload(
    "crud-mix",
    "A session: list, read, create, read back, update, delete",
    (
        Step("list-items"),
        *(Step("read-item"), Step("read-item"), Step("read-item")),
        *(Step("browse"), Step("view-item")),
        *(Step("create-item"), Step("read-item", own=True), Step("update-item", own=True)),
        Step("delete-item", own=True),
    ),
    writes=True,
)
WORKLOADS = (*map(alone, OPERATIONS), _SESSION)
_BY_ID = {workload.id: workload for workload in WORKLOADS}


def find(name: str) -> Workload:
    """The workload called `name`; raises UsageError with the names that exist."""
    try:
        return _BY_ID[name]
    except KeyError:
        raise UsageError(f"There is no workload called {name!r}; there are: {', '.join(_BY_ID)}.") from None


def asked(workload: Workload, unsupported: Container[str]) -> bool:
    """Whether an app is loaded with a workload that names these operations unsupported: with those of a required group
    it is, whatever it says.
    """
    return {operation.id for operation in offered(unsupported)}.issuperset(workload.operations)
