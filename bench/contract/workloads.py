"""What is measured: one workload for each operation, or several where it waits, and a shopkeeper's session."""

from collections.abc import Container
from dataclasses import replace
from itertools import chain

from bench.contract.operations import OPERATIONS, offered
from bench.contract.operations.operation import Operation
from bench.errors import UsageError
from bench.model import Step, Workload
from bench.words import counted


def alone(operation: Operation) -> Workload:
    """The workload of one operation and nothing else."""
    steps = (Step(operation.id),)
    return Workload(
        operation.id,
        operation.title,
        steps,
        operation.writes,
        operation.stock,
        wait_s=operation.wait_s,
        slice_s=operation.slice_s,
    )


def _by_users(operation: Operation) -> tuple[Workload, ...]:
    """The same, for each number of users that the operation asks for, if it does."""
    usual = alone(operation)
    return tuple(
        replace(
            usual,
            id=f"{usual.id}-{users}" if len(operation.users) > 1 else usual.id,
            title=f"{usual.title}, {counted(users, 'user')}",
            concurrency=users,
        )
        for users in operation.users
    ) or (usual,)


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
WORKLOADS = (*chain.from_iterable(map(_by_users, OPERATIONS)), _SESSION)
_BY_ID = {workload.id: workload for workload in WORKLOADS}


def find(name: str) -> Workload:
    """The workload called `name`; raises UsageError with the names that exist."""
    try:
        return _BY_ID[name]
    except KeyError:
        raise UsageError(f"There is no workload called {name!r}; there are: {', '.join(_BY_ID)}.") from None


def heavy(names: Container[str]) -> bool:
    """Whether an operation with one of these names is heavy: what loads a server with it comes last, and says nothing
    of the memory that the others need.
    """
    return any(operation.heavy and operation.id in names for operation in OPERATIONS)


def asked(workload: Workload, unsupported: Container[str]) -> bool:
    """Whether an app is loaded with a workload that names this one, or some operations, unsupported: with those of a
    required group it is, whatever it says.
    """
    offers = {operation.id for operation in offered(unsupported)}
    return offers.issuperset(workload.operations) and (not workload.wait_s or workload.id not in unsupported)
