"""The nouns that modules hand to one another: frozen, without I/O."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Interface = Literal["wsgi", "asgi"]
Tell = Callable[[str], None]
"""Hears in a few words what is being done, or what came of it."""

FLOORS: dict[Interface, str] = {"wsgi": "wsgi", "asgi": "asgi"}
"""By interface, the app without a framework, by name: what the same work costs at least."""
EVERYTHING = "*"
"""The workload in a failure that concerns all of them."""
TWIN = "twin"
"""The SUT id of the A/A twin in a round."""


def is_floor(app_id: str) -> bool:
    """Whether an app of this id has no framework, and so is neither ranked nor counted among those that have one."""
    return app_id.removesuffix("_app") in FLOORS.values()


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the table; `price_cents` is an integer number of hundredths."""

    id: int
    name: str
    description: str
    price_cents: int
    in_stock: bool

    def as_json(self) -> dict[str, Any]:
        """The item as the contract writes it in JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class App:
    """One folder under `apps/`, as its manifest describes it.

    `edition` is empty for the working tree's own, and else says what the app is compared against: an older commit, or
    the same code with the packages in `overrides` (each `name==version`) in place of those that its lock names.
    """

    id: str
    folder: Path
    label: str
    package: str
    interface: Interface
    application: str
    data_layer: str
    databases: tuple[str, ...]
    native_server: str
    notes: tuple[str, ...]
    unsupported: dict[str, str] = field(hash=False)
    edition: str = ""
    overrides: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The id without its `_app`, and the edition if it is another: `flask`, `flask@3.1.2`."""
        return self.id.removesuffix("_app") + (f"@{self.edition}" if self.edition else "")


@dataclass(frozen=True, slots=True)
class Sut:
    """System under test: an app behind a server."""

    id: str
    app: App
    server: str


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a user: an operation by its id, on any of the seeded rows or on the `own` one, which the user has
    created.
    """

    operation: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Workload:
    """A mix of operations on the contract.

    `steps` are what one user does over and over, in order; `stock` rows are added before
    it runs, for operations that use rows up; `writes` says that the table is put back afterwards.
    """

    id: str
    title: str
    steps: tuple[Step, ...]
    writes: bool = False
    stock: int = 0

    @property
    def operations(self) -> tuple[str, ...]:
        """The ids of what it asks for, once each."""
        return tuple(dict.fromkeys(step.operation for step in self.steps))


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be measured, and why."""

    sut: str
    workload: str
    reason: str

    def __str__(self) -> str:
        where = "every workload" if self.workload == EVERYTHING else self.workload
        return f"{self.sut}, {where}: {self.reason}"
