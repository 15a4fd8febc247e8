"""Other interpreters of this machine, found among programs that only say that they are some."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.suts import interpreters

Make = Callable[[str, str], Path]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a program that says what it is asked; `bin` is on the PATH, and `pyenv` is pyenv's."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{tmp_path / 'nowhere'}:/bin:/usr/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))

    def make(place: str, says: str) -> Path:
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{says}\n")
        path.chmod(0o755)
        return path

    interpreters.find.cache_clear()
    yield make
    interpreters.find.cache_clear()


def test_the_newest_of_a_version_is_found_wherever_it_is(program: Make) -> None:
    program("bin/python3.97", "echo 3 97 4 /usr/bin/python3.97")
    program("pyenv/versions/3.97.12/bin/python3.97", "echo 3 97 12 /a folder/python3.97")
    program("pyenv/versions/3.97.9/bin/python3.97", "echo 3 97 9 /elsewhere")
    assert interpreters.find("3.97") == Path("/a folder/python3.97")


def test_one_that_does_not_start_is_passed_over(program: Make) -> None:
    """As pyenv's stand-ins are on the PATH, where no such version is chosen."""
    program("bin/python3.97", "exit 127")
    program("pyenv/versions/3.97.1t/bin/python3.97t", "echo 3 97 1 /free")
    assert interpreters.find("3.97t") == Path("/free")
    with pytest.raises(
        UsageError, match=r"^No Python 3\.97 is on the PATH or among pyenv's versions; there are: .*97t"
    ):
        interpreters.find("3.97")


def test_what_is_no_interpreter_or_cannot_be_started_is_none(program: Make, tmp_path: Path) -> None:
    program("bin/python3.97-config", "")
    program("bin/python3.10", "")
    program("bin/python3.98", "").chmod(0o644)
    found = interpreters.programs({"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)})
    assert found == {}
    with pytest.raises(UsageError, match=r"No Python 2\.7 is"):
        interpreters.find("2.7")


def test_the_oldest_that_is_new_enough_and_works_is_found(program: Make) -> None:
    program("bin/python3.96", "exit 127")
    program("bin/python3.97t", "echo 3 97 1 /free")
    program("bin/python3.98", "echo 3 98 0 /usr/bin/python3.98")
    program("bin/python3.99", "echo 3 99 0 /usr/bin/python3.99")
    assert interpreters.at_least("3.96") == ("3.98", Path("/usr/bin/python3.98"))
    assert interpreters.at_least("3.100") is None
