"""What git says of a working tree, on a repository made for the test."""

import subprocess
import tarfile
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.host import facts
from bench.host.checkout import ORIGIN, Checkout, Origin


class Repository:
    """A git repository in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.checkout = folder, Checkout(folder)
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *who, *arguments], cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, "utf-8")

    def commit(self, **files: str) -> str:
        """Commit files (`a__b` is a/b); returns the commit."""
        for name, text in files.items():
            self.write(name.replace("__", "/"), text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")
        return self.git("rev-parse", "--short=12", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder = tmp_path / "a repository"
    folder.mkdir()
    return Repository(folder)


def test_the_commit_and_whether_something_differs_from_it(repository: Repository) -> None:
    assert (repository.checkout.head(), repository.checkout.dirty()) == (None, False)
    commit = repository.commit(a="1")
    assert (repository.checkout.head(), repository.checkout.dirty()) == (commit, False)
    repository.write("a", "2")
    assert repository.checkout.dirty()


def test_a_branch_a_tag_and_an_abbreviation_name_a_commit(repository: Repository) -> None:
    first = repository.commit(a="1")
    repository.git("tag", "--annotate", "v1", "--message", "one")
    repository.commit(a="2")
    for name in ("v1", first[:8], "HEAD~1"):
        assert repository.checkout.commit(name) == first
    assert repository.checkout.commit("main") == repository.checkout.head()


@pytest.mark.parametrize("reference", ["nowhere", "", "--all", "-h", "main:a", "a b", "\0", "; rm -rf /"])
def test_what_names_no_commit_is_refused_with_the_way_out(repository: Repository, reference: str) -> None:
    repository.commit(a="1")
    with pytest.raises(UsageError, match=r"There is no commit .* `git log`"):
        repository.checkout.commit(reference)


def test_what_changed_is_what_differs_from_the_working_tree(repository: Repository) -> None:
    first = repository.commit(apps__x__a="1", apps__y__b="1", other="1", **{".gitignore": "*.pyc\n"})
    assert repository.checkout.changed(first, ("apps",)) == ()
    repository.write("apps/x/a", "2")
    repository.write("apps/z/new ö", "1")
    repository.write("apps/z/new.pyc", "1")
    repository.write("other", "2")
    (repository.folder / "apps/y/b").unlink()
    assert repository.checkout.changed(first, ("apps",)) == ("apps/x/a", "apps/y/b", "apps/z/new ö")
    repository.commit()
    assert repository.checkout.changed(first, ("apps", "other")) == ("apps/x/a", "apps/y/b", "apps/z/new ö", "other")


def test_the_files_of_a_commit_are_written_once(repository: Repository, tmp_path: Path) -> None:
    first = repository.commit(apps__x__a="old", other="1")
    repository.commit(apps__x__a="new")
    into = tmp_path / "state" / first
    repository.checkout.extract(first, ("apps", "bench/servers.txt"), into)
    assert [path.relative_to(into) for path in into.rglob("*") if path.is_file()] == [Path("apps/x/a")]
    assert (into / "apps/x/a").read_text() == "old"
    (into / "mine").touch()
    repository.checkout.extract(first, ("apps",), into)
    assert (into / "mine").exists(), "what is there is left alone"


def test_half_of_a_commit_is_never_left(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = repository.commit(apps__x__a="old")
    with pytest.raises(UsageError, match="has none of apps in this folder"):
        repository.checkout.extract("0" * 12, ("apps",), tmp_path / "state" / "x")

    def full(*_: object) -> None:
        (next((tmp_path / "state").iterdir()) / "apps").mkdir()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "extractall", full)
    with pytest.raises(UsageError, match=r"cannot be written .*No space left"):
        repository.checkout.extract(first, ("apps",), tmp_path / "state" / first)
    assert list((tmp_path / "state").iterdir()) == []


def test_a_link_in_a_commit_leads_nowhere_else(repository: Repository, tmp_path: Path) -> None:
    (repository.folder / "apps").mkdir()
    (repository.folder / "apps" / "link").symlink_to(tmp_path / "elsewhere")
    commit = repository.commit()
    with pytest.raises(UsageError, match="cannot be written"):
        repository.checkout.extract(commit, ("apps",), tmp_path / "state" / commit)
    assert list((tmp_path / "state").iterdir()) == []


def test_why_there_is_no_commit_is_said_in_the_words_of_git(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "HEAD" in repository.checkout.trouble()
    repository.commit(a="1")
    assert repository.checkout.trouble() == ""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert repository.checkout.trouble().startswith("fatal: detected dubious ownership")
    with pytest.raises(UsageError, match=r"(?s)Git says: .*dubious ownership.*safe\.directory"):
        repository.checkout.commit("main")
    here = facts.facts(repository.folder)
    assert (here.commit, here.no_commit) == (None, "fatal: detected dubious ownership in repository at 'this folder'")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert repository.checkout.trouble() == "git cannot be run (No such file or directory)"


def test_a_copy_without_a_repository_is_of_the_commit_that_came_with_it(repository: Repository, tmp_path: Path) -> None:
    commit = repository.commit(a="1")
    assert repository.checkout.origin() == Origin(commit, False, "")
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / ORIGIN).write_text('{"commit": "abc", "dirty": true, "trouble": ""}')
    assert facts.facts(copy).edition == "abc+"
    (copy / ORIGIN).write_text("{}")
    assert Checkout(copy).origin().commit is None
