"""Load tools on the same server, each in its own process on the generator's CPU: one reading each."""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from bench.contract import workloads
from bench.errors import LoadError
from bench.host.protocol import Host
from bench.load.client import Generator
from bench.load.protocol import Order, Target
from bench.statistics import latency
from bench.workspace import ROOT

LOADS = (16, 24, 32)
"""Users: as in a run, and more, of whom a server answers more each time it wakes up, so that it is less of a limit."""
CEILING = 24
"""The load at which the ceiling is stated: with 16 users, the server limits any fast tool."""
_PATH = "/plaintext"
_WITHIN_S = 120.0
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


@dataclass(frozen=True, slots=True)
class ToolReading:
    """What a tool says of the server: requests a second, percentiles of the response time in seconds.

    `cpu_us` is the tool's own CPU time for one request: what is left of its CPU is its headroom.
    """

    rps: float
    p50_s: float
    p99_s: float
    cpu_us: float


Tool = Callable[[Target, int, float], ToolReading]
"""Loads a target with so many users for so many seconds."""


def available(host: Host, generator: Generator, scratch: Path) -> dict[str, Tool]:
    """The tools that this machine has, by name."""
    tools: dict[str, Tool] = {
        "fairground": lambda target, users, seconds: fairground(generator, scratch, target, users, seconds),
        "fasthttpuser": partial(fasthttpuser, host),
    }
    return tools | ({"wrk": partial(wrk, host)} if host.has("wrk") else {})


def fairground(generator: Generator, scratch: Path, target: Target, users: int, seconds: float) -> ToolReading:
    """Our own generator, in one long slice."""
    times = scratch / "ceiling.npz"
    order = Order(
        workload=workloads.find("plaintext"),
        targets=(target,),
        turns=1,
        slice_s=seconds,
        concurrency=users,
        seed=1,
        times=str(times),
    )
    (tally,) = generator.rotate(order).tallies
    if tally.errors or tally.dropped:
        raise LoadError(f"The floor app failed under load: {tally.dropped or tally.errors}.")
    with np.load(times) as arrays:
        taken = arrays[target.sut].astype(np.float64)
    (only,) = tally.slices
    return ToolReading(
        rps=only.requests / only.busy_s,
        p50_s=latency.percentile(taken, 0.5),
        p99_s=latency.percentile(taken, 0.99),
        cpu_us=only.generator_cpu_ns / 1000 / only.requests,
    )


def fasthttpuser(host: Host, target: Target, users: int, seconds: float) -> ToolReading:
    """Locust's FastHttpUser."""
    url = f"http://{target.host}:{target.port}{_PATH}"
    output = _run(host, [sys.executable, "-m", "bench.load.fasthttp", url, str(users), str(seconds)])
    return ToolReading(**json.loads(output))


def wrk(host: Host, target: Target, users: int, seconds: float) -> ToolReading:
    """wrk, one thread."""
    url = f"http://{target.host}:{target.port}{_PATH}"
    before = host.ended_cpu_s()
    output = _run(host, ["wrk", "-t1", f"-c{users}", f"-d{max(round(seconds), 1)}s", "--latency", url])
    return parse_wrk(output, host.ended_cpu_s() - before)


def parse_wrk(output: str, cpu_s: float) -> ToolReading:
    """Read the output of wrk, given the CPU time it used; raises LoadError where it has another form."""
    requests = re.search(r"(\d+) requests in", output)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    shares = {
        share: float(value) * _UNITS[unit] for share, value, unit in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s)", output)
    }
    if rate is None or requests is None or not {"50", "99"} <= shares.keys():
        raise LoadError(f"wrk said something unexpected: {output.strip()[:200]}")
    return ToolReading(float(rate[1]), shares["50"], shares["99"], cpu_s * 1e6 / int(requests[1]))


def _run(host: Host, command: list[str]) -> str:
    _, cpus = host.cpu_sets()
    done = host.run(command, _WITHIN_S, cpus=cpus, cwd=ROOT)
    if done.returncode:
        raise LoadError(f"{command[0]} failed: {done.stderr.strip()[-300:]}")
    return done.stdout
