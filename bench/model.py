"""The nouns that modules pass to one another: frozen, without I/O."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bench.identity import COMMON, OWN, USUAL_DATABASE, SutKey

Interface = Literal["wsgi", "asgi", "own"]
"""What an app offers to a server. `own` is a function that is called with a host and a port, and serves there."""
Tell = Callable[[str], None]
"""Receives a few words on what is being done, or on its outcome."""

FLOORS: dict[Interface, str] = {"wsgi": "wsgi", "asgi": "asgi"}
"""By interface, the name of the app without a framework: the least that the same work costs."""
EVERYTHING = "*"
"""Stands for the workload in a failure that concerns all of them."""
TWIN = "twin"
"""The SUT id of the A/A twin in a round."""
STATIC = "static"
"""The SUT id of the static copy of the site, which is crawled beside all others: the most that the crawler can do."""
CRAWL = "crawl"
"""The name and the id of the workload that is a crawl."""
STARTING = "start"
"""The name and the id of the workload that is the start of a server."""
USUAL_PINS = "requirements"
"""The stem of the files that name what an app requires, and its pins."""
NULLS: dict[Interface, str] = {"wsgi": "null", "asgi": "null-asgi"}
"""By interface, the SUT id in process of the application that does nothing: the cost of the instrument itself."""


def is_floor(app: str) -> bool:
    """Whether an app of this name has no framework, and so is neither ranked nor counted among the frameworks."""
    return app in FLOORS.values()


def is_null(sut: str) -> bool:
    """Whether a SUT id is that of an application that does nothing."""
    return sut in NULLS.values()


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the table; `price_cents` is an integer number of hundredths."""

    id: int
    name: str
    description: str
    price_cents: int
    in_stock: bool

    def as_json(self) -> dict[str, Any]:
        """The item as the contract has it in JSON."""
        # By name, which is far quicker than `asdict`: a verification has tens of thousands of them.
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "price_cents": self.price_cents,
            "in_stock": self.in_stock,
        }


@dataclass(frozen=True, slots=True)
class FrameworkCheckout:
    """A framework that is on no index, and runs from the folder that the environment variable `variable` names.

    It must be of `version`, which `version_file` in it says; the command `made_by` makes one.
    """

    variable: str
    version: str
    version_file: str
    made_by: str


@dataclass(frozen=True, slots=True)
class App:
    """One folder under `apps/`, as its manifest describes it.

    `name` is how everybody calls the app: its folder's name without `_app`, unless the manifest gives another.
    `edition` is empty for the working tree's own, and else says what the app is compared against: an older commit, or
    the same code with the packages in `overrides` (each `name==version`) in place of those that its lock names, or on
    the `interpreter` of another version of Python than the suite's own.
    A variant is another SUT of the same folder: `variant_of` is what the folder's app is called, `difference` says in
    words what is different, `requirements` is the stem of its pins, `by_default` whether it is measured unasked, and
    `checkout` what it runs on if its framework is on no index. `own` are the files and folders that only this variant
    uses, `foreign` those that only others of the same folder do.
    `groups` are the optional groups of operations that it offers. `unsupported` has what it leaves out of the contract,
    each with the reason: what its manifest names, and the operations of all other optional groups. `lacking` has the
    reasons that its manifest gives for databases and optional groups which it does not have.
    """

    name: str
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
    interpreter: str = ""
    serialiser: str = ""
    validation: str = ""
    variant: str = ""
    variant_of: str = ""
    difference: str = ""
    requirements: str = USUAL_PINS
    by_default: bool = True
    checkout: FrameworkCheckout | None = None
    own: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    lacking: dict[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return SutKey(self.name, self.variant, edition=self.edition).id

    @property
    def usual_server(self) -> str:
        """The server that it runs on unless somebody asks for another: the common one, or the app's own."""
        return OWN if self.interface == "own" else COMMON

    @property
    def lock(self) -> Path:
        """The file of its pins."""
        return self.folder / f"{self.requirements}.txt"

    @property
    def requirements_in(self) -> Path:
        """The file that the pins are compiled from."""
        return self.folder / f"{self.requirements}.in"


@dataclass(frozen=True, slots=True)
class Sut:
    """System under test: an app behind a server. A copy that runs beside the original has an `alias`, its own id."""

    app: App
    key: SutKey
    alias: str = ""

    @classmethod
    def of(
        cls,
        app: App,
        server: str | None = None,
        *,
        database: str = USUAL_DATABASE,
        workers: int = 1,
    ) -> "Sut":
        """The SUT of an app on a server (its usual one) of so many worker processes and a database."""
        return cls(app, SutKey(app.name, app.variant, server or app.usual_server, database, workers, app.edition))

    @property
    def id(self) -> str:
        """Its id in a run."""
        return self.alias or self.key.id

    @property
    def server(self) -> str:
        """The name of its server."""
        return self.key.server

    @property
    def workers(self) -> int:
        """The number of worker processes of its server."""
        return self.key.workers


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a user: an operation by its id, on any of the seeded rows or on the user's `own` row, created
    before.
    """

    operation: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Workload:
    """A mix of operations on the contract.

    `steps` are what one user does over and over, in order. `stock` rows are added before it runs, for operations that
    use rows up; `writes` says that the table is put back afterwards. `concurrency` is the number of its users, 0 where
    the profile says it. `wait_s` is for how long each answer waits for something that is neither the database nor a
    CPU, and `slice_s` the least time of a slice, where an answer takes long.
    """

    id: str
    title: str
    steps: tuple[Step, ...]
    writes: bool = False
    stock: int = 0
    concurrency: int = 0
    wait_s: float = 0.0
    slice_s: float = 0.0

    @property
    def operations(self) -> tuple[str, ...]:
        """The ids of its operations, without repetition."""
        return tuple(dict.fromkeys(step.operation for step in self.steps))


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be measured, and the reason."""

    sut: str
    workload: str
    reason: str

    def __str__(self) -> str:
        where = "every workload" if self.workload == EVERYTHING else self.workload
        return f"{self.sut}, {where}: {self.reason}"
