"""A processor is called what its system calls it, and two generations are two."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.host import processor
from tests.host.kernel_files import write

ARM = "processor : 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant : 0x3\nCPU part\t: {}\n"


@pytest.mark.parametrize(
    ("cpuinfo", "name"),
    [
        ("processor\t: 0\nmodel\t\t: 17\nmodel name\t: AMD EPYC 9R14\nflags : x", "AMD EPYC 9R14"),
        (ARM.format("0xd0c") * 2, "ARM, implementer 0x41, part 0xd0c"),
        (ARM.format("0xd40"), "ARM, implementer 0x41, part 0xd40"),
        (ARM.format("0xd05") + ARM.format("0xd0b"), "ARM, implementer 0x41, part 0xd05; implementer 0x41, part 0xd0b"),
        ("model name :\n" + ARM.format("0xd40"), "ARM, implementer 0x41, part 0xd40"),
    ],
)
def test_linux_says_it_in_a_file(tmp_path: Path, cpuinfo: str, name: str) -> None:
    assert processor.name(write(tmp_path, {"proc/cpuinfo": cpuinfo})) == name


def test_macos_says_it_to_who_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: Any, **_: Any) -> SimpleNamespace:
        assert command == ("/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string")
        return SimpleNamespace(stdout="Apple M2\n")

    monkeypatch.setattr(subprocess, "run", run)
    assert processor.name(tmp_path) == "Apple M2"


def test_where_nobody_says_it_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "_OF_MACOS", (str(tmp_path / "sysctl"),))
    monkeypatch.setattr(processor.platform, "processor", lambda: "")
    assert processor.name(tmp_path) == "unknown"
