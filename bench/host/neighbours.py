"""The cost of neighbours: the time that a fixed loop takes, again and again, on the servers' CPU.

A guest does not see who runs on the other thread of its physical core, and no stolen time is reported to it, but its
own code takes longer. Run as a program, this module prints the deciles.
"""

import json
import sys
import time
from statistics import quantiles

from bench.host.protocol import Cpus, Host
from bench.workspace import ROOT

_LOOPS = 2000
_STEPS = 3000
"""A loop takes about a tenth of a millisecond: short enough for most to be either undisturbed or disturbed."""
_WITHIN_S = 30.0


def loop_us(host: Host, cpus: Cpus) -> tuple[float, ...]:
    """The nine deciles of the time that a fixed loop took on `cpus`, in microseconds; empty where it could not run."""
    probe = host.run([sys.executable, "-m", "bench.host.neighbours"], _WITHIN_S, cpus=cpus, cwd=ROOT)
    return tuple(json.loads(probe.stdout)) if probe.returncode == 0 else ()


def main() -> None:
    """Time the loops in this process and print the deciles, as a list in JSON."""
    times_us = []
    for _ in range(_LOOPS):
        began, total = time.perf_counter_ns(), 0
        for step in range(_STEPS):
            total += step
        times_us.append((time.perf_counter_ns() - began) / 1000)
    print(json.dumps([round(decile, 2) for decile in quantiles(times_us, n=10)]))


if __name__ == "__main__":
    main()
