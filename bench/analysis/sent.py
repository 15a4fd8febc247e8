"""What a request sends to its database, beside what its answer takes. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from bench.contract.operations import OPERATIONS
from bench.contract.operations.operation import Operation

Sent = Mapping[str, Sequence[str]]
"""The statements of one request, by operation."""


def watched(sent: Sent) -> Iterator[tuple[Operation, Sequence[str]]]:
    """Each operation whose statements were seen, with those of one request, in the order of the contract."""
    for operation in OPERATIONS:
        if operation.id in sent:
            yield operation, sent[operation.id]


def more(sent: Sent) -> Iterator[tuple[Operation, Sequence[str]]]:
    """The operations that send more than their answer takes."""
    return (pair for pair in watched(sent) if len(pair[1]) > pair[0].allowed_statements)


def fewer(sent: Sent) -> Iterator[tuple[Operation, Sequence[str]]]:
    """The operations that send less than their answer takes."""
    return (pair for pair in watched(sent) if len(pair[1]) < pair[0].allowed_statements)
