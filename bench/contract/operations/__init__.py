"""The operations of the contract: one module each. A new one is a module, and a row of `OPERATIONS`."""

from collections.abc import Container
from functools import cache

from bench.contract.operations.browse import BROWSE
from bench.contract.operations.create_item import CREATE_ITEM
from bench.contract.operations.delete_item import DELETE_ITEM
from bench.contract.operations.json_message import JSON_MESSAGE
from bench.contract.operations.list_items import LIST_ITEMS
from bench.contract.operations.operation import Ask, Operation
from bench.contract.operations.plaintext import PLAINTEXT
from bench.contract.operations.read_item import READ_ITEM
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
)
GROUPS = tuple(dict.fromkeys(operation.group for operation in OPERATIONS))


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


@cache
def _by_id() -> dict[str, Operation]:
    return {operation.id: operation for operation in OPERATIONS}
