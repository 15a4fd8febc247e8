"""What a disk allows: how much more it takes, and whether programs can be started from it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.host import disks

NOEXEC = 8
"""As Linux has it in the flags of a mount."""


def test_a_folder_that_is_not_there_yet_is_on_the_disk_of_the_one_above_it(tmp_path: Path) -> None:
    assert disks.existing(tmp_path / "not" / "yet") == tmp_path
    assert disks.existing(tmp_path) == tmp_path
    assert (disks.free_bytes(tmp_path / "not" / "yet") or 0) > 0


def test_where_the_system_does_not_say_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(disks.shutil, "disk_usage", silent)
    monkeypatch.setattr(disks.os, "statvfs", silent)
    assert disks.free_bytes(tmp_path) is None
    assert disks.starts_programs(tmp_path)


def test_no_program_starts_from_a_disk_that_is_mounted_noexec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disks.os, "ST_NOEXEC", NOEXEC, raising=False)
    for flags, starts in ((0, True), (NOEXEC, False), (NOEXEC | 1, False)):
        monkeypatch.setattr(disks.os, "statvfs", lambda _, flags=flags: SimpleNamespace(f_flag=flags))
        assert disks.starts_programs(tmp_path) == starts
