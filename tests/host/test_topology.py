"""Servers and generator have cores of their own where there are two, the fastest first; else it is said."""

from pathlib import Path

import pytest

from bench.host import topology
from tests.host.kernel_files import CAPACITY, cores, write

PAIRED = cores("0,1", "2,3", "4,5")
FAR = cores("0,2", "1,3")
BIG_LITTLE = cores("0", "1", "2", "3") | {
    CAPACITY.format(n): text for n, text in enumerate(["406", "406", "1024", "1024"])
}
HYBRID = cores("0,1", "2,3", "4", "5") | {"sys/devices/cpu_atom/cpus": "4-5"}


@pytest.mark.parametrize(
    ("files", "here", "workers", "servers", "generator"),
    [
        ({}, {0, 1}, 1, {0}, {1}),  # as on most virtual machines
        (PAIRED, {0, 1, 2, 3, 4, 5}, 1, {0}, {2}),
        (PAIRED, {0, 1, 2, 3, 4, 5}, 2, {0, 2}, {4}),
        (PAIRED, {0, 1, 2, 3, 4, 5}, 3, {0, 1, 2}, {4}),
        (PAIRED, {0, 1, 2, 3, 4, 5}, 8, {0, 1, 2, 3}, {4}),
        (PAIRED, {1, 3}, 1, {1}, {3}),
        (PAIRED, {2, 3}, 1, {2}, {3}),
        (PAIRED, {2, 3}, 4, {2}, {3}),
        (FAR, {0, 1, 2, 3}, 1, {0}, {1}),
        (FAR, {0, 1, 2, 3}, 2, {0, 2}, {1}),
        (BIG_LITTLE, {0, 1, 2, 3}, 1, {2}, {3}),
        (BIG_LITTLE, {0, 1, 2, 3}, 2, {2, 3}, {0}),
        (BIG_LITTLE, {0, 1}, 1, {0}, {1}),
        (HYBRID, {0, 1, 2, 3, 4, 5}, 1, {0}, {2}),
        (HYBRID, {0, 1, 4, 5}, 1, {0}, {4}),
        (PAIRED, {3}, 1, set(), set()),
        ({}, set(), 1, set(), set()),
    ],
)
def test_where_servers_and_generator_run(
    tmp_path: Path, files: dict[str, str], here: set[int], workers: int, servers: set[int], generator: set[int]
) -> None:
    cpus = topology.read(here, write(tmp_path, files))
    assert topology.apart(cpus, workers) == (servers, generator)


@pytest.mark.parametrize(
    ("files", "here", "workers", "generators", "expected"),
    [
        (PAIRED, {0, 1, 2, 3, 4, 5}, 1, 2, {2, 4}),
        (PAIRED, {0, 1, 2, 3, 4, 5}, 1, 3, {2, 4, 3}),
        (PAIRED, {0, 1, 2, 3, 4, 5}, 2, 3, {4, 5}),
        (BIG_LITTLE, {0, 1, 2, 3}, 1, 2, {3, 0}),
        ({}, {0, 1}, 1, 4, {1}),
        (PAIRED, {2, 3}, 1, 2, {3}),
    ],
)
def test_each_generator_has_a_cpu_where_there_are_enough_and_none_of_a_servers_cores(
    tmp_path: Path, files: dict[str, str], here: set[int], workers: int, generators: int, expected: set[int]
) -> None:
    cpus = topology.read(here, write(tmp_path, files))
    assert topology.apart(cpus, workers, generators)[1] == expected
    assert topology.apart(cpus, workers, generators)[0] == topology.apart(cpus, workers)[0]


@pytest.mark.parametrize(
    ("files", "here", "flaws"),
    [
        (PAIRED, {0, 1, 2, 3}, []),
        (PAIRED, {0, 1}, ["CPU 0 of the servers and CPU 1 of the generator are threads of one core"]),
        (BIG_LITTLE, {1, 2}, ["CPU 1, of the generator, is a slower one than others in use"]),
        (BIG_LITTLE, {0, 1, 2, 3}, []),
        (HYBRID, {0, 1, 5}, ["CPU 5, of the generator, is a slower one than others in use"]),
        ({}, {0, 1}, []),
        (PAIRED, {3}, []),
    ],
)
def test_what_could_not_be_avoided_is_said(
    tmp_path: Path, files: dict[str, str], here: set[int], flaws: list[str]
) -> None:
    cpus = topology.read(here, write(tmp_path, files))
    assert list(topology.flaws(cpus, *topology.apart(cpus, 1))) == flaws


def test_a_slow_core_of_a_server_is_said(tmp_path: Path) -> None:
    cpus = topology.read({0, 1, 2}, write(tmp_path, BIG_LITTLE))
    assert topology.apart(cpus, 2) == ({0, 2}, {1})
    (flaw,) = topology.flaws(cpus, *topology.apart(cpus, 2))
    assert flaw.startswith("CPU 0, of a server's worker")


def test_older_kernels_say_it_under_another_name(tmp_path: Path) -> None:
    files = {f"sys/devices/system/cpu/cpu{n}/topology/thread_siblings_list": "0-1" for n in (0, 1)}
    assert [cpu.core for cpu in topology.read({0, 1}, write(tmp_path, files))] == [{0, 1}, {0, 1}]


def test_what_cannot_be_understood_is_a_core_of_its_own(tmp_path: Path) -> None:
    files = cores("0", "1") | {CAPACITY.format(0): "fast"}
    files = {name: f"{text}-x,,?" for name, text in files.items()}
    assert topology.read({0, 1}, write(tmp_path, files)) == (
        topology.Cpu(0, frozenset({0})),
        topology.Cpu(1, frozenset({1})),
    )
