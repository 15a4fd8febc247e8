"""The operations of the contract: one module each. A new one is a module, and a row of `OPERATIONS`."""

from collections.abc import Container
from functools import cache

from bench.contract.operations.browse import BROWSE
from bench.contract.operations.check_order import CHECK_ORDER
from bench.contract.operations.create_item import CREATE_ITEM
from bench.contract.operations.delete_item import DELETE_ITEM
from bench.contract.operations.json_message import JSON_MESSAGE
from bench.contract.operations.list_items import LIST_ITEMS
from bench.contract.operations.operation import CORE, Ask, Group, Operation
from bench.contract.operations.plaintext import PLAINTEXT
from bench.contract.operations.print_labels import PRINT_LABELS
from bench.contract.operations.read_item import READ_ITEM
from bench.contract.operations.reprice_list import REPRICE_LIST
from bench.contract.operations.slow_upstream import SLOW_UPSTREAM
from bench.contract.operations.stream import STREAM
from bench.contract.operations.update_item import UPDATE_ITEM
from bench.contract.operations.view_item import VIEW_ITEM
from bench.errors import UsageError

OPERATIONS: tuple[Operation, ...] = (
    PLAINTEXT,
    JSON_MESSAGE,
    LIST_ITEMS,
    READ_ITEM,
    CREATE_ITEM,
    UPDATE_ITEM,
    DELETE_ITEM,
    BROWSE,
    VIEW_ITEM,
    CHECK_ORDER,
    PRINT_LABELS,
    REPRICE_LIST,
    SLOW_UPSTREAM,
    STREAM,
)
GROUPS = tuple(dict.fromkeys(operation.group for operation in OPERATIONS))
OPTIONAL = tuple(group for group in GROUPS if not group.required)
WAITING = frozenset(operation.id for operation in OPERATIONS if operation.wait_s)
"""The operations whose answers wait for something that is neither the database nor a CPU."""


def find(name: str) -> Operation:
    """The operation called `name`; raises UsageError with the names that exist."""
    try:
        return _by_id()[name]
    except KeyError:
        raise UsageError(f"There is no operation called {name!r}; there are: {', '.join(_by_id())}.") from None


def wrong(ask: Ask, body: bytes) -> str | None:
    """What is wrong with the body that answers a request, in words; None where it says what it must."""
    return find(ask.operation).wrong(ask, body)


def offered(unsupported: Container[str]) -> tuple[Operation, ...]:
    """What an app is asked for over sockets that names these unsupported: required groups whole, whatever it says."""
    return tuple(operation for operation in OPERATIONS if operation.group.required or operation.id not in unsupported)


def left_out(groups: Container[str]) -> dict[str, str]:
    """The operations that an app does not offer which has these optional `groups`, each with the reason."""
    return {
        operation.id: f"the optional group {operation.group.id} is left out"
        for operation in OPERATIONS
        if not operation.group.required and operation.group.id not in groups
    }


def group_of(clause: str) -> Group:
    """The optional group that adds a clause; `CORE` where none does."""
    return next((group for group in OPTIONAL if clause in group.clauses), CORE)


def group_of_file(stem: str) -> Group:
    """The optional group for which alone an app has a file of this name, without its suffix; `CORE` for all others."""
    return next((group for group in OPTIONAL if stem in group.files), CORE)


def clauses_without(unsupported: Container[str]) -> frozenset[str]:
    """The clauses of the optional groups that have an operation among those that are `unsupported`."""
    lacking = {operation.group for operation in OPERATIONS if operation.id in unsupported}
    return frozenset(clause for group in lacking for clause in group.clauses)


@cache
def _by_id() -> dict[str, Operation]:
    return {operation.id: operation for operation in OPERATIONS}
