"""What the suite itself takes for large runs, for docs/history.md: by hand, for a minute or two. `make growth` does it.

    .venv/bin/python -m tests.measure.growth

Made-up apps are planned, verified and measured on servers, a generator and a clock that are fakes and cost no time:
ever more SUTs and workloads, two rounds each. Then comes the report of a run as large as the last, of ten rounds.
"""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

from bench import databases
from bench.analysis import derive
from bench.contract.workloads import WORKLOADS
from bench.load.protocol import Order, Reply
from bench.measure import plan, rounds, run, verification
from bench.measure.here import LocalGround
from bench.measure.plan import Plan
from bench.measure.profiles import PROFILES
from bench.model import Sut
from bench.report import files
from bench.store import storage
from bench.store.results import Run
from bench.suts import environments, servers
from bench.workspace import Workspace
from tests import builders
from tests.databases.memory import Memory
from tests.fake_host import FakeHost
from tests.measure.test_rounds import FakeServer, Stage
from tests.report import runs

FIGURES = derive.derive
SIZES = ((10, 10), (10, 20), (20, 20), (30, 20))
ROUNDS = 2
LOADS = (*WORKLOADS, *(replace(load, id=f"{load.id}-again") for load in WORKLOADS))
PROFILE = replace(
    PROFILES["quick"], open_workloads=(), rounds=ROUNDS, most_rounds=ROUNDS, micro_rounds=0, crawl_pages=0
)


class VerifiedServer(FakeServer):
    """It has no news for whoever verifies it."""

    def news(self) -> type[str]:
        return str


@dataclass
class Script(Stage):
    """Servers that come up at once, a generator that answers at once; and the CPU time that was spent on figures."""

    derived_s: float = 0.0

    def derive(self, done: Run, times_of: derive.TimesOf) -> Run:
        began = time.process_time()
        whole = FIGURES(done, times_of)
        self.derived_s += time.process_time() - began
        return whole

    @contextlib.contextmanager
    def serve(self, sut: Sut, database_url: str, *_: object, **__: object) -> Iterator[FakeServer]:
        server = self.up[sut.id] = VerifiedServer(sut, 9000 + len(self.up))
        yield server

    def rotate(self, order: Order) -> Reply:
        self.host.now += 1.0
        return super().rotate(order)

    @contextlib.contextmanager
    def generator(self, *_: object) -> Iterator["Script"]:
        yield self


def planned(suts: int, loads: int) -> Plan:
    """A plan of so many SUTs and workloads."""
    apps = [builders.app(name) for name in runs.FRAMEWORKS[:suts]]
    return replace(plan.make(PROFILE, apps, 7), workloads=LOADS[:loads])


def measured(suts: int, loads: int, place: Workspace) -> tuple[Run, float]:
    """Plan, verify and measure; the run, and the seconds of CPU time that its figures took."""
    host = FakeHost(environment=builders.ENVIRONMENT)
    script = Script(place.work, host)
    with contextlib.ExitStack() as fakes:
        fakes.enter_context(mock.patch.dict(databases.ENGINES, sqlite=Memory()))
        for module, name, fake in (
            (servers, "serve", script.serve),
            (derive, "derive", script.derive),
            (rounds.smoke, "check", lambda *_: None),
            (run, "generator", script.generator),
            (verification, "verify", lambda *_, **__: []),
            (environments, "versions", lambda app, packages, state: dict.fromkeys(packages, "1.0")),
        ):
            fakes.enter_context(mock.patch.object(module, name, fake))
        ahead = planned(suts, loads)
        verification.verify_suts(ahead.suts, place, lambda *_: None)
        ground = LocalGround(host, place)
        begun = run.begin(ahead, "python -m bench run", [sut.id for sut in ahead.suts], place, ground)
        done = run.execute(ahead, begun, place.results / "run", place, ground, lambda *_: None)
        return done, script.derived_s


def growing() -> None:
    """Print what ever larger runs take."""
    for suts, loads in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            began = time.process_time()
            done, derived_s = measured(suts, loads, builders.workspace(Path(folder)))
            took_s = time.process_time() - began
        cells = sum(len(one.cells) for one in done.rounds)
        own_ms = 1000 * (took_s - derived_s) / cells
        print(
            f"{suts} SUTs by {loads} workloads, CPU time: {took_s:.1f} s; {own_ms:.1f} ms for each of {cells} cells, "
            f"the rest, {derived_s:.1f} s, for {len(done.comparisons):,} comparisons twice",
            flush=True,
        )


def reported() -> None:
    """Print what the report of the largest run takes, and its size."""
    suts, loads = SIZES[-1]
    began = time.process_time()
    large = runs.make(suts=suts, closed=tuple(load.id for load in LOADS[:loads]), opened=(), rounds=10)
    derived_s = time.process_time() - began
    began = time.process_time()
    faces = files.whole(large)
    took_s = time.process_time() - began
    size = len(faces["report.html"].encode()) / 2**20
    stored = len(storage.as_json(large)) / 2**20
    print(f"its figures after ten rounds: {derived_s:.1f} s of CPU time; run.json {stored:.1f} MiB")
    print(f"its report: {took_s:.1f} s of CPU time, report.html {size:.2f} MiB")


if __name__ == "__main__":
    growing()
    reported()
