"""The resources that every app has and the methods that each of them has, besides HEAD and OPTIONS."""

from bench.contract.operations import OPERATIONS

_REQUIRED = tuple(operation for operation in OPERATIONS if operation.group.required)

RESOURCES: dict[str, frozenset[str]] = {
    path: frozenset(operation.method for operation in _REQUIRED if operation.path == path)
    for path in dict.fromkeys(operation.path for operation in _REQUIRED)
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
