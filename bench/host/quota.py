"""A quota of CPU time: what control groups allow this process and all that it starts, and how often they stopped it.

The files are those of the kernel's documentation, "Control Group v2" and "CFS Bandwidth Control": a quota of so much
time in each period, and since the group was made, the periods and those in which it was used up.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from bench.environment import Throttling
from bench.host import kernel

_HIERARCHIES = ("", "unified", "cpu", "cpu,cpuacct")
"""Where version 2 is mounted, alone or beside version 1, and then where version 1 is."""


def cpus(root: Path = Path("/")) -> float:
    """The number of CPUs that the tightest quota allows; 0 where there is no quota."""
    return min((quota for group in _groups(root) if (quota := _quota(group))), default=0.0)


def throttling(root: Path = Path("/")) -> Throttling:
    """How often the tightest quota has throttled us so far; all zero where there is no quota."""
    limited = [(quota, group) for group in _groups(root) if (quota := _quota(group))]
    if not limited:
        return Throttling()
    _, group = min(limited, key=lambda pair: pair[0])
    counts = dict(line.split()[:2] for line in kernel.text(group / "cpu.stat").splitlines() if len(line.split()) > 1)
    return Throttling(int(counts.get("nr_periods", 0)), int(counts.get("nr_throttled", 0)))


def _groups(root: Path) -> Iterator[Path]:
    """The folders of this process's groups, and of those around them, as far as they are seen from here."""
    for line in kernel.text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if controllers and "cpu" not in controllers.split(","):
            continue
        for hierarchy in _HIERARCHIES:
            group = root / "sys/fs/cgroup" / hierarchy
            yield group
            # In a container the path may be that of the host, of which nothing is here.
            for name in Path(path).parts[1:]:
                group /= name
                yield group


def _quota(group: Path) -> float:
    """The CPUs of one group; 0 where it has no quota."""
    quota, _, period = kernel.text(group / "cpu.max").strip().partition(" ")
    if not quota:
        quota, period = (kernel.text(group / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period"))
    with contextlib.suppress(ValueError, ZeroDivisionError):
        return max(int(quota) / int(period), 0.0)
    return 0.0
