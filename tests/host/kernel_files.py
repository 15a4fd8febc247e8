"""A folder in which stands what a kernel says, and nothing else."""

from pathlib import Path

TOPOLOGY = "sys/devices/system/cpu/cpu{}/topology/core_cpus_list"
CAPACITY = "sys/devices/system/cpu/cpu{}/cpu_capacity"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    return root


def cores(*threads: str) -> dict[str, str]:
    """The files of cores, each with the numbers of its threads."""
    return {TOPOLOGY.format(number): core for core in threads for number in core.split(",")}
