"""A quota of CPU time is seen wherever a control group has one, and what it did is counted."""

from pathlib import Path

import pytest

from bench.environment import Throttling
from bench.host import quota
from tests.host.kernel_files import write

V2, V1 = "0::/work/run", "3:cpuset:/\n2:cpu,cpuacct:/work/run\n0::/"
STAT = "usage_usec 5\nnr_periods 539\nnr_throttled 530\nthrottled_usec 9"


@pytest.mark.parametrize(
    ("groups", "files", "cpus"),
    [
        (V2, {"work/run/cpu.max": "150000 100000"}, 1.5),
        (V2, {"work/run/cpu.max": "max 100000", "work/cpu.max": "50000 100000"}, 0.5),
        (V2, {"work/run/cpu.max": "50000 100000", "work/cpu.max": "300000 100000"}, 0.5),
        (V2, {"work/run/cpu.max": "max 100000"}, 0.0),
        ("0::/", {"cpu.max": "200000 100000"}, 2.0),
        ("0::/of/the/host", {"cpu.max": "200000 100000"}, 2.0),
        (V1, {"cpu/work/run/cpu.cfs_quota_us": "25000", "cpu/work/run/cpu.cfs_period_us": "50000"}, 0.5),
        (V1, {"cpu,cpuacct/cpu.cfs_quota_us": "100000", "cpu,cpuacct/cpu.cfs_period_us": "100000"}, 1.0),
        (V1, {"cpu/work/run/cpu.cfs_quota_us": "-1", "cpu/work/run/cpu.cfs_period_us": "100000"}, 0.0),
        (V1, {"cpu/cpu.cfs_quota_us": "5", "cpu/cpu.cfs_period_us": "0"}, 0.0),
        (V2, {"work/run/cpu.max": "nonsense"}, 0.0),
        ("nonsense", {"cpu.max": "nonsense"}, 0.0),
    ],
)
def test_the_tightest_quota_counts(tmp_path: Path, groups: str, files: dict[str, str], cpus: float) -> None:
    root = write(
        tmp_path, {"proc/self/cgroup": groups, **{f"sys/fs/cgroup/{name}": text for name, text in files.items()}}
    )
    assert quota.cpus(root) == cpus


def test_without_control_groups_there_is_no_quota(tmp_path: Path) -> None:
    assert quota.cpus(tmp_path) == 0.0
    assert quota.throttling(tmp_path) == Throttling()


def test_the_periods_are_those_of_the_tightest_group(tmp_path: Path) -> None:
    group = "sys/fs/cgroup/work"
    files = {f"{group}/cpu.max": "50000 100000", f"{group}/cpu.stat": STAT}
    root = write(tmp_path, {"proc/self/cgroup": V2, **files, f"{group}/run/cpu.max": "900000 100000"})
    before = quota.throttling(root)
    assert before == Throttling(539, 530)
    write(root, {f"{group}/cpu.stat": STAT.replace("539", "549").replace("530", "531")})
    assert quota.throttling(root) - before == Throttling(10, 1)


def test_a_quota_without_counts_has_counted_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "1 1", "sys/fs/cgroup/cpu.stat": "x\ny z\n"})
    assert quota.throttling(tmp_path) == Throttling()
