"""Which CPUs share a core, and which are slower than others: so servers and generator are put on cores of their own.

Two hyper-threads of one core take turns at its units: what one does makes the other slower, at the same CPU time a
second. The kernel says which CPUs those are, and on machines with unequal cores how much each can do.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.host import kernel
from bench.host.protocol import Cpus

_CPUS = Path("sys/devices/system/cpu")
_FULL, _SMALL = 1024, 512
"""What the kernel calls the capacity of the fastest cores; and for processors of Intel with two kinds, of which most
kernels say only which are which, a mark for the others.
"""


@dataclass(frozen=True, slots=True)
class Cpu:
    """A CPU by number, the CPUs of its physical core (itself among them), and what it can do: the fastest, 1024."""

    number: int
    core: Cpus
    capacity: int = _FULL


def read(cpus: Iterable[int], root: Path = Path("/")) -> tuple[Cpu, ...]:
    """These CPUs as the kernel describes them; one that it does not describe has a core of its own."""
    slow = kernel.numbers(kernel.text(root / "sys/devices/cpu_atom/cpus"))
    return tuple(_cpu(number, root / _CPUS / f"cpu{number}", small=number in slow) for number in sorted(cpus))


def apart(cpus: Iterable[Cpu], workers: int, generators: int = 1) -> tuple[Cpus, Cpus]:
    """CPUs for servers of so many workers, and for the load generators: one each where there are enough, of the fastest
    cores, and of other cores than any server's where there are two.

    Both empty where there are not two CPUs.
    """
    cores: dict[Cpus, list[Cpu]] = {}
    for cpu in cpus:
        cores.setdefault(cpu.core, []).append(cpu)
    ranked = sorted(cores.values(), key=lambda core: -core[0].capacity)
    if len(ranked) < 2:  # at most the threads of one core
        one = [cpu.number for core in ranked for cpu in core]
        count = min(workers, len(one) - 1)
        return (
            (frozenset(one[:count]), frozenset(one[count : count + generators]))
            if len(one) > 1
            else (frozenset(), frozenset())
        )
    own = min(workers, len(ranked) - 1)
    return _first_threads(ranked[:own], workers), _first_threads(ranked[own:], generators)


def _first_threads(cores: Sequence[Sequence[Cpu]], count: int) -> Cpus:
    """So many CPUs of these cores: each has a core to itself while there are cores, and then another thread of one."""
    threads = sorted((place, rank, cpu.number) for rank, core in enumerate(cores) for place, cpu in enumerate(core))
    return frozenset(number for *_, number in threads[:count])


def flaws(cpus: Iterable[Cpu], servers: Cpus, generator: Cpus) -> Iterator[str]:
    """The flaws of such a placement that this machine made unavoidable."""
    placed = [cpu for cpu in cpus if cpu.number in servers | generator]
    if shared := [cpu for cpu in placed if cpu.number in servers and cpu.core & generator]:
        yield f"CPU {shared[0].number} of the servers and CPU {min(generator)} of the generator are threads of one core"
    if len({cpu.capacity for cpu in placed}) > 1:
        slow = min(placed, key=lambda cpu: cpu.capacity)
        whose = "the generator" if slow.number in generator else "a server's worker"
        yield f"CPU {slow.number}, of {whose}, is a slower one than others in use"


def _cpu(number: int, folder: Path, *, small: bool) -> Cpu:
    # Kernels before 5.3 know the second name only.
    core = kernel.text(folder / "topology/core_cpus_list") or kernel.text(folder / "topology/thread_siblings_list")
    capacity = kernel.text(folder / "cpu_capacity").strip()
    if capacity.isdecimal():
        return Cpu(number, kernel.numbers(core) | {number}, int(capacity))
    return Cpu(number, kernel.numbers(core) | {number}, _SMALL if small else _FULL)
