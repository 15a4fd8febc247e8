"""Servers are found where systems put them, and what is missing is named with the way to get it."""

from pathlib import Path

import pytest

from bench.errors import SetupError
from bench.host import programs


def program(path: Path, says: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def no_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def test_of_several_versions_the_newest_is_taken_by_number(tmp_path: Path) -> None:
    for version in ("9.6", "16", "15"):
        program(tmp_path / "usr/lib/postgresql" / version / "bin/postgres")
    assert programs.find(["postgres"], tmp_path) == tmp_path / "usr/lib/postgresql/16/bin/postgres"
    assert programs.find(["mariadbd"], tmp_path) is None


def test_a_link_is_followed_to_where_the_other_programs_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = program(tmp_path / "lib/postgres")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/postgres").symlink_to(real)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert programs.find(["postgres"]) == real


def test_what_is_missing_is_said_with_the_way_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "find", lambda names: None)
    with pytest.raises(
        SetupError, match=r"no MariaDB server on this machine: `apt-get install mariadb-server`.*compose"
    ):
        programs.needed(["mariadbd"], "MariaDB", "mariadb-server")


def test_a_server_by_its_older_name_is_taken_only_where_it_is_the_one_that_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "ours"))
    ours = program(tmp_path / "ours/mysqld", "mysqld  Ver 10.3.39-MariaDB for Linux on x86_64")
    assert programs.needed(["mysqld"], "MariaDB", "mariadb-server") == ours
    monkeypatch.setenv("PATH", str(tmp_path / "theirs"))
    program(tmp_path / "theirs/mysqld", "mysqld  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)")
    with pytest.raises(SetupError, match=r"theirs/mysqld is no server of MariaDB: `apt-get install mariadb-server`"):
        programs.needed(["mysqld"], "MariaDB", "mariadb-server")


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "15.18"),
        ("mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu", "10.11.19"),
        ("no number", "unknown"),
    ],
)
def test_a_version_is_its_digits(tmp_path: Path, says: str, version: str) -> None:
    assert programs.version(program(tmp_path / "server", says)) == version


def test_a_program_that_does_not_run_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"none cannot be run: No such file or directory\.$"):
        programs.version(tmp_path / "none")
