"""The cost of neighbours: the time that a fixed loop takes, again and again, on the servers' CPU.

A guest does not see who else runs on the other thread of a physical core, and is told of no stolen time, but its own
code takes longer. Run as a program, this prints the deciles.
"""

import json
import sys
import time
from statistics import quantiles

from bench.host.protocol import Cpus, Host
from bench.workspace import ROOT

_LOOPS = 2000
_STEPS = 3000
"""About a tenth of a millisecond: an undisturbed loop, and a disturbed one, are seen apart."""
_WITHIN_S = 30.0


def loop_us(host: Host, cpus: Cpus) -> tuple[float, ...]:
    """The nine deciles of the time that a fixed loop took on `cpus`, in microseconds; none where it could not run."""
    done = host.run([sys.executable, "-m", "bench.host.neighbours"], _WITHIN_S, cpus=cpus, cwd=ROOT)
    return tuple(json.loads(done.stdout)) if done.returncode == 0 else ()


def main() -> None:
    """Print the deciles of this process, as a list in JSON."""
    times_us = []
    for _ in range(_LOOPS):
        began, total = time.perf_counter_ns(), 0
        for step in range(_STEPS):
            total += step
        times_us.append((time.perf_counter_ns() - began) / 1000)
    print(json.dumps([round(decile, 2) for decile in quantiles(times_us, n=10)]))


if __name__ == "__main__":
    main()
