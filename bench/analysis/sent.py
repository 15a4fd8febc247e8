"""What a request sends to its database, beside what its answer takes. Pure."""

from collections.abc import Iterator

from bench.contract.operations import OPERATIONS
from bench.store.described import SutInfo


def counts(sut: SutInfo) -> Iterator[tuple[str, int, int]]:
    """Each operation that was watched, with how many statements a request sends and how many its answer takes."""
    for operation in OPERATIONS:
        if operation.id in sut.statements:
            yield operation.id, len(sut.statements[operation.id]), operation.allowed_statements


def more(sut: SutInfo) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each operation that sends more than its answer takes, with everything that it sends."""
    for operation, sent, allowed in counts(sut):
        if sent > allowed:
            yield operation, sut.statements[operation]
