"""The keys of SUTs and workloads: their ids are rendered here, and parsed nowhere."""

from dataclasses import dataclass

from bench.metrics import Kind

COMMON = "granian"
"""The server that is the same for every app."""
OWN = "own"
"""Stands for the server of a framework that is one itself, and runs on no other."""
USUAL_DATABASE = "sqlite"
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MariaDB"}
"""What people call each database."""

_DRIVEN: dict[Kind, str] = {
    "closed": "",
    "open": "-open",
    "capacity": "-capacity",
    "micro": "-in-process",
    "crawl": "",
    "start": "",
}


@dataclass(frozen=True, slots=True)
class SutKey:
    """The identity of a SUT; its id leaves out what is usual.

    `app` is the short name of an app, `variant` the name of another SUT of its folder; `server` and `database` have the
    names that manifests use. `edition` is empty for the working tree, and else a commit or a version.
    """

    app: str
    variant: str = ""
    server: str = COMMON
    database: str = USUAL_DATABASE
    workers: int = 1
    edition: str = ""

    @property
    def app_id(self) -> str:
        """What the app in it is called, whatever it is served by: `flask`, `flask-orm`."""
        return SutKey(self.app, self.variant).id

    @property
    def id(self) -> str:
        """`flask`, `flask-orm`, `flask-gunicorn`, `flask@3.1.2`, `flask-gunicorn-postgresql-2w@3.1.2`."""
        server = "" if self.server == COMMON else self.server
        database = "" if self.database == USUAL_DATABASE else self.database
        workers = "" if self.workers == 1 else f"{self.workers}w"
        own = "-".join(filter(None, (self.app, self.variant, server, database, workers)))
        return f"{own}@{self.edition}" if self.edition else own


@dataclass(frozen=True, slots=True)
class WorkloadKey:
    """A workload as it is driven.

    `name` is that of the workload (`crud-mix`), or in process that of the operation. Requests in an open loop arrive at
    one rate for all SUTs, or at a `share` of what each of them manages.
    """

    name: str
    kind: Kind
    share: float | None = None

    @property
    def id(self) -> str:
        """`crud-mix`, `crud-mix-open`, `crud-mix-open-70`, `crud-mix-capacity`, `json-in-process`."""
        return self.name + _DRIVEN[self.kind] + ("" if self.share is None else f"-{self.share * 100:.0f}")

    def trial_id(self, number: int) -> str:
        """Trial `number`, from 1, of a search for the capacity."""
        return f"{self.id}-{number}"
