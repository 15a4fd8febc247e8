"""Raw times: found again by round, workload and series, and missed without harm."""

from pathlib import Path

import numpy as np
import pytest

from bench.store import raw


def write(folder: Path, number: int, workload: str, **series: list[float]) -> Path:
    path = raw.path(folder, number, workload)
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, **{name: np.array(values, dtype=np.float32) for name, values in series.items()})
    return path


def test_times_come_back_as_they_were_kept(tmp_path: Path) -> None:
    write(tmp_path, 3, "read-item", flask=[0.25, 0.5], **{"flask.lag": [0.125]})
    times = raw.times(tmp_path, 3, "read-item", "flask")
    assert times is not None
    assert times.tolist() == [0.25, 0.5]
    assert times.dtype == np.float64
    lag = raw.times(tmp_path, 3, "read-item", "flask.lag")
    assert lag is not None
    assert lag.tolist() == [0.125]


def test_files_sort_by_round(tmp_path: Path) -> None:
    names = [raw.path(tmp_path, number, "browse").name for number in (2, 10, 100)]
    assert names == sorted(names) == ["002-browse.npz", "010-browse.npz", "100-browse.npz"]


def test_what_was_not_kept_is_none(tmp_path: Path) -> None:
    assert raw.times(tmp_path, 1, "read-item", "flask") is None
    write(tmp_path, 1, "read-item", flask=[0.25])
    assert raw.times(tmp_path, 1, "read-item", "flask") is not None, "it is looked for again"
    assert raw.times(tmp_path, 1, "read-item", "django") is None
    assert raw.times(tmp_path, 2, "read-item", "flask") is None


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nothing", b"\x80\x04N.", None])
def test_a_damaged_file_is_none(tmp_path: Path, damage: bytes | None) -> None:
    path = write(tmp_path, 1, "read-item", flask=[0.25] * 2000)
    whole = path.read_bytes()
    path.write_bytes(whole[:40] + b"\0" * 40 + whole[80:] if damage is None else damage)
    assert raw.times(tmp_path, 1, "read-item", "flask") is None


def test_no_times_are_times_too(tmp_path: Path) -> None:
    write(tmp_path, 1, "read-item", flask=[])
    times = raw.times(tmp_path, 1, "read-item", "flask")
    assert times is not None
    assert times.size == 0
