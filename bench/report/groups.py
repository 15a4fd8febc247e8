"""The servers that a report is about first: the common one, or the native ones where no framework is on it. Pure."""

from collections.abc import Iterable
from typing import Literal

from bench.model import is_floor
from bench.store.described import SutInfo

Group = Literal["common", "native"]

CAUTION = (
    "Each app on the server that its community deploys. The server differs from row to row, so this compares pairs of "
    "framework and server, and does not say which framework is faster."
)


def first(suts: Iterable[SutInfo]) -> Group:
    """The group whose SUTs are ranked and drawn."""
    frameworks = {sut.group for sut in suts if not is_floor(sut.key.app)}
    return "native" if frameworks == {"native"} else "common"


def behind(group: Group) -> Group:
    """The group that stands behind the first one."""
    return "native" if group == "common" else "common"


def of_first(suts: Iterable[SutInfo]) -> tuple[SutInfo, ...]:
    """The SUTs of that group."""
    known = tuple(suts)
    group = first(known)
    return tuple(sut for sut in known if sut.group == group)
