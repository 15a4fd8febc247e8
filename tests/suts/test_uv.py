"""What uv is told, so that it goes where pip would go, and keeps what it fetched where it can."""

from pathlib import Path

import pytest

from bench.suts import uv

HERE = "https://index.example.org/simple"


@pytest.mark.parametrize(
    ("settings", "index"),
    [
        ("", ""),
        ("global.timeout='60'\nglobal.extra-index-url='https://other.example.org'", ""),
        (f"global.index-url='{HERE}'", HERE),
        (f"global.index-url='https://old.example.org'\n:env:.index-url='{HERE}'", HERE),
        (f"install.index-url='{HERE}'\ndownload.index-url='https://old.example.org'", HERE),
    ],
)
def test_the_index_that_pip_was_told_of_is_found(settings: str, index: str) -> None:
    assert uv.index_in(settings) == index


def test_uv_gets_the_index_of_pip_unless_it_has_its_own(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    assert uv.environment(home, HERE, tmp_path)["UV_DEFAULT_INDEX"] == HERE
    assert uv.environment(home, "", tmp_path) == home
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        given = home | {name: "https://own.example.org"}
        assert uv.environment(given, HERE, tmp_path) == given


def test_a_home_that_cannot_be_written_costs_the_usual_cache_only(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    state = tmp_path / "state"
    for environ in (
        {"HOME": str(tmp_path / "file" / "home")},
        {"XDG_CACHE_HOME": "/dev/null"},
    ):
        assert uv.environment(environ, "", state)["UV_CACHE_DIR"] == str(state / "uv")
    own = {"HOME": str(tmp_path / "file"), "UV_CACHE_DIR": "/somewhere"}
    assert uv.environment(own, "", state) == own
    assert "UV_CACHE_DIR" not in uv.environment({"HOME": str(tmp_path / "new")}, "", state)


def test_a_home_that_may_not_be_entered_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As that of root for everybody else."""

    def forbidden(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", forbidden)
    assert uv.environment({"HOME": "/root"}, "", tmp_path)["UV_CACHE_DIR"] == str(tmp_path / "uv")


def test_a_uv_that_cannot_be_started_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the tool's own environment is on a disk that is mounted noexec."""
    program = tmp_path / "uv"
    program.touch()
    monkeypatch.setattr(uv, "PROGRAM", program)
    monkeypatch.setattr(uv, "configured_index", str)
    with pytest.raises(SystemExit, match=r"uv cannot be run \(.*Permission denied.*\)\. .* make VENV=\.\.\.") as ended:
        uv.main(["--version"])
    assert str(program) in str(ended.value)
