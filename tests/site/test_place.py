"""The folder of the site: replaced whole or not at all, and never in the place of anything else."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.errors import StorageError, UsageError
from bench.site import place
from bench.workspace import ROOT


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """A site that stands there already."""
    fill(tmp_path / "site", "old")
    return tmp_path / "site"


def fill(folder: Path, text: str) -> None:
    (folder / "runs").mkdir(parents=True)
    (folder / "index.html").write_text(text)


def build(into: Path, text: str = "new") -> None:
    with place.replacing(into) as part:
        fill(part, text)


def text(into: Path) -> str:
    return (into / "index.html").read_text()


def hidden(into: Path) -> list[Path]:
    return list(into.parent.glob(".*"))


def test_what_was_filled_takes_the_place(into: Path) -> None:
    (into / "badge.json").write_text("{}")
    build(into)
    assert text(into) == "new"
    assert not (into / "badge.json").exists()
    assert hidden(into) == []


def test_the_disk_has_what_was_filled_before_it_takes_the_place(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(place.os, "sync", lambda: seen.append((text(into), text(into.with_name(".site.part")))))
    build(into)
    assert seen == [("old", "new")]


def test_a_first_site_makes_the_folders_around_it(tmp_path: Path) -> None:
    build(tmp_path / "deep" / "er" / "site")
    assert text(tmp_path / "deep" / "er" / "site") == "new"
    (tmp_path / "empty").mkdir()
    build(tmp_path / "empty")
    assert text(tmp_path / "empty") == "new"


def test_a_link_leads_to_the_folder_that_is_replaced(into: Path) -> None:
    (into.parent / "link").symlink_to("site")
    build(into.parent / "link")
    assert (into.parent / "link").is_symlink()
    assert text(into) == "new"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), StorageError("full"), ZeroDivisionError()])
def test_whatever_ends_the_filling_leaves_what_was_there(into: Path, error: BaseException) -> None:
    def interrupted() -> None:
        with place.replacing(into) as part:
            fill(part, "half")
            raise error

    with pytest.raises(type(error)):
        interrupted()
    assert text(into) == "old"
    assert hidden(into) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(18, "Invalid cross-device link")])
def test_so_does_whatever_ends_the_swap(into: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.name.endswith(".part"):
            raise error
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises((KeyboardInterrupt, StorageError), match=r"cannot be replaced: Invalid cross-device link|^$"):
        build(into)
    assert text(into) == "old"
    assert hidden(into) == []


def killed(into: Path, also: str = "") -> None:
    """A build of which the process was killed when it had begun: nothing could be tidied up."""
    lines = (
        "import os, sys; from pathlib import Path; from bench.site import place; into = Path(sys.argv[1])",
        "with place.replacing(into) as part:",
        "    (part / 'runs').mkdir(parents=True)",
        *([f"    {also}"] if also else []),
        "    os.kill(os.getpid(), 9)",
    )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines), str(into)], cwd=ROOT, check=False)
    assert done.returncode == -9


def test_what_a_killed_build_left_is_put_right(into: Path) -> None:
    killed(into)
    assert text(into) == "old"
    assert hidden(into) != []
    build(into)
    assert text(into) == "new"
    assert hidden(into) == []


def test_a_site_that_a_killed_swap_had_moved_away_comes_back(into: Path) -> None:
    killed(into, "into.rename(into.with_name('.site.old'))")
    assert not into.exists()
    with pytest.raises(ZeroDivisionError), place.replacing(into):
        assert text(into) == "old", "before anything else"
        raise ZeroDivisionError
    assert text(into) == "old"
    assert hidden(into) == []


def test_two_builds_at_once_do_not_mix(into: Path) -> None:
    with place.replacing(into) as part:
        fill(part, "first")
        with pytest.raises(StorageError, match=r"A site is being built in .* already; wait for it\."):
            build(into, "second")
    assert text(into) == "first"
    build(into, "third")
    assert text(into) == "third"


def test_a_folder_with_anything_else_in_it_is_never_replaced(into: Path) -> None:
    (into / "thesis.tex").write_text("all of it")
    with pytest.raises(UsageError, match=r"holds thesis.tex, not part of a site; name a folder that may be"):
        build(into)
    with pytest.raises(UsageError, match=r"holds site, not part of a site"):
        build(into.parent)
    with pytest.raises(StorageError, match="cannot be used: Not a directory"):
        build(into / "thesis.tex")
    with pytest.raises(StorageError, match="cannot be used: "):
        build(into / "thesis.tex" / "below")
    with pytest.raises(UsageError, match="cannot be replaced by a site"):
        build(Path("/"))
    assert (into / "thesis.tex").read_text() == "all of it"
    assert text(into) == "old"
