"""The stored run: what stands in `run.json`, how it is saved and loaded.

`rounds` is what was seen; `measurements`, `comparisons`, `checks` and `noise` are derived from it and can be derived
again.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from bench.errors import StorageError
from bench.model import Failure

SCHEMA_VERSION = 1
Kind = Literal["closed", "open"]
Status = Literal["complete", "partial"]
Finding = Literal["pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The run as a whole; times are UTC, ISO 8601."""

    id: str
    started_at: str
    finished_at: str | None
    profile: str
    seed: int
    command: str
    status: Status


@dataclass(frozen=True, slots=True)
class SutInfo:
    """A SUT with its measured versions; `group` tells the common server from the native ones."""

    id: str
    label: str
    app: str
    server: str
    group: Literal["common", "native"]
    database: str
    data_layer: str
    versions: dict[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkloadInfo:
    """A workload as it was driven: `concurrency` users in a closed loop, or `arrival_rate_rps` in an open one."""

    id: str
    title: str
    kind: Kind
    operation_mix: str
    concurrency: int | None = None
    arrival_rate_rps: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one SUT did in one workload of one round.

    `busy_s` is the time it had the load, `cpu_ns` the CPU time of its processes in it; percentiles are of response
    times, seconds. For the open loop, `lag_p99_s` is the generator's own lateness and `service_p50_s` the time since
    the actual send.
    """

    sut: str
    workload: str
    requests: int
    busy_s: float
    cpu_ns: int
    generator_cpu_ns: int
    slices: int
    response_mean_s: float
    response_p50_s: float
    response_p90_s: float
    response_p99_s: float
    memory_peak_bytes: int
    errors: dict[str, int] = field(default_factory=dict)
    reconnects: int = 0
    sampled: int = 0
    backlog: int = 0
    service_p50_s: float | None = None
    lag_p99_s: float | None = None
    steal_share: float | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One round: fresh servers, every workload once. `twin_of` is the SUT whose second copy ran beside the others as
    `TWIN`.
    """

    number: int
    started_at: str
    wall_s: float
    load_s: float
    twin_of: str | None
    start_s: dict[str, float]
    cells: tuple[Cell, ...]
    failures: tuple[Failure, ...] = ()

    def sound_cells(self) -> list[Cell]:
        """Those that are measurements."""
        return sound(self.cells, self.failures)


def sound(cells: Iterable[Cell], failures: Iterable[Failure]) -> list[Cell]:
    """The cells that no failure stands against."""
    failed = {(failure.sut, failure.workload) for failure in failures}
    return [cell for cell in cells if (cell.sut, cell.workload) not in failed]


@dataclass(frozen=True, slots=True)
class Measurement:
    """An estimate of one metric; `low` and `high` are None where the rounds do not give an interval."""

    sut: str
    workload: str | None
    metric: str
    value: float
    low: float | None
    high: float | None
    rounds: tuple[float, ...]
    at_least: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A SUT over the baseline; a ratio above 1 means more of the metric. `workload` is None for the mean of all closed
    ones.
    """

    sut: str
    baseline: str
    workload: str | None
    metric: str
    ratio: float
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Check:
    """One way in which the run looked at itself."""

    id: str
    title: str
    status: Finding
    value: float | None
    limit: float | None
    detail: str


@dataclass(frozen=True, slots=True)
class Noise:
    """How far apart the A/A twin and its original came out, for one metric over one kind of workload: 0.01 is 1 %."""

    metric: str
    value: float
    low: float | None
    high: float | None
    kind: Kind = "closed"


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run, as stored."""

    run: RunInfo
    environment: dict[str, Any]
    suts: tuple[SutInfo, ...]
    workloads: tuple[WorkloadInfo, ...]
    baseline: str
    rounds: tuple[Round, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    noise: tuple[Noise, ...] = ()
    checks: tuple[Check, ...] = ()
    failures: tuple[Failure, ...] = ()
    plan: dict[str, Any] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION


_RUN = TypeAdapter(Run)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `run.json`, as published in `bench/run.schema.json`."""
    schema = _RUN.json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def save(run: Run, folder: Path) -> Path:
    """Write `run.json` whole or not at all; raises StorageError where the disk will not take it."""
    path = folder / "run.json"
    write(path, json.dumps(asdict(run), ensure_ascii=False, indent=1) + "\n")
    return path


def write(path: Path, content: str | bytes) -> None:
    """Replace a file in one step, so that a full disk or a crash leaves the old one."""
    mode, encoding = ("w", "utf-8") if isinstance(content, str) else ("wb", None)
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open(mode, encoding=encoding) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageError(
            f"{path} cannot be written: {error.strerror or error}. What was saved before is kept; "
            "once there is room, and leave to write, a run goes on with --resume."
        ) from error


def load(path: Path) -> Run:
    """Read a stored run from its folder or its `run.json`; raises StorageError in one sentence."""
    path = path / "run.json" if path.is_dir() else path
    try:
        text = path.read_text("utf-8")
        version = json.loads(text).get("schema_version")
        if version != SCHEMA_VERSION:
            raise StorageError(
                f"{path} has schema version {version!r}; this Fairground reads version {SCHEMA_VERSION}."
            )
        return _RUN.validate_json(text)
    except FileNotFoundError:
        raise StorageError(f"There is no run at {path}; `make bench` makes one.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{path} cannot be read: {error}.") from error
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        key = ".".join(map(str, problem["loc"]))
        raise StorageError(f"{path} is not a stored run: {key}: {problem['msg'].lower()}.") from error
    except (AttributeError, json.JSONDecodeError, RecursionError) as error:
        raise StorageError(f"{path} is not a stored run: {error}.") from error
