"""Which apps are compared with which edition of theirs, on a repository with two small apps."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.host.checkout import Checkout
from bench.model import App
from bench.suts import discovery, editions, environments, interpreters
from bench.workspace import Workspace
from tests.host.test_checkout import Repository

MANIFEST = """
label = "{label}"
package = "{label}"
interface = "wsgi"
application = "shop:create_app()"
data_layer = "sqlite3"
databases = ["sqlite"]
native_server = "gunicorn"
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder = tmp_path / "repository"
    folder.mkdir()
    repository_ = Repository(folder)
    for name in ("flask", "django"):
        repository_.write(f"apps/{name}_app/app.toml", MANIFEST.format(label=name.title()))
        repository_.write(f"apps/{name}_app/requirements.in", name)
        repository_.write(f"apps/{name}_app/requirements.txt", f"{name}==1.0\nsql_alchemy==2.0  # via x\n")
    repository_.write("bench/servers.txt", "granian==1.0\n")
    repository_.commit()
    return repository_


def place(repository: Repository) -> Workspace:
    return Workspace(
        repository.folder, repository.folder / "apps", repository.folder / "results", repository.folder.parent / "state"
    )


def apps(repository: Repository) -> tuple[App, ...]:
    return discovery.discover(place(repository).apps)


def line_up(repository: Repository, reference: str, named: bool = False) -> list[str]:
    resolved, _ = editions.resolve(reference, repository.folder)
    return [str(app) for app in editions.line_up(resolved, apps(repository), place(repository), named=named)]


def test_nothing_differs_from_the_commit_that_is_checked_out(repository: Repository) -> None:
    assert line_up(repository, "HEAD") == []
    assert line_up(repository, "HEAD", named=True) != []


def test_only_the_apps_that_differ_are_compared(repository: Repository) -> None:
    base = repository.checkout.commit("HEAD")
    repository.write("apps/flask_app/shop.py", "new")
    repository.write("apps/SPEC.md", "new")
    assert line_up(repository, "HEAD") == ["flask", f"flask@{base[:7]}"]
    repository.commit()
    assert line_up(repository, base) == ["flask", f"flask@{base[:7]}"]


def test_new_servers_concern_every_app(repository: Repository) -> None:
    base = repository.checkout.commit("HEAD")
    repository.write("bench/servers.txt", "granian==2.0\n")
    assert line_up(repository, "main") == ["django", f"django@{base[:7]}", "flask", f"flask@{base[:7]}"]


def test_the_older_edition_is_the_older_code(repository: Repository) -> None:
    repository.commit(apps__flask_app__shop="old")
    base = repository.checkout.commit("HEAD")
    repository.commit(apps__flask_app__shop="new")
    now, before = editions.line_up(base, apps(repository), place(repository), named=False)
    assert (now.edition, before.edition) == ("", base[:7])
    assert [(app.folder / "shop").read_text() for app in (now, before)] == ["new", "old"]
    assert now.name == before.name == "flask"


def test_an_app_that_is_new_has_nothing_to_be_compared_with(repository: Repository) -> None:
    base = repository.checkout.commit("HEAD")
    for name in ("app.toml", "requirements.in", "requirements.txt"):
        text = (repository.folder / "apps/flask_app" / name).read_text()
        repository.write(f"apps/new_app/{name}", text)
    with pytest.raises(UsageError, match="has none of new: nothing to compare"):
        line_up(repository, base)
    repository.write("apps/flask_app/shop.py", "new")
    assert line_up(repository, base) == ["flask", f"flask@{base[:7]}", "new"]


def test_a_variant_is_compared_with_itself_where_the_commit_has_it(repository: Repository) -> None:
    manifest = MANIFEST.format(label="Flask")
    repository.write("apps/flask_app/app.toml", f'{manifest}[variants.orm]\ndifference = "old"\n')
    repository.commit()
    base = repository.checkout.commit("HEAD")
    repository.write(
        "apps/flask_app/app.toml",
        f'{manifest}[variants.orm]\ndifference = "new"\n[variants.own-encoder]\ndifference = "new"\n',
    )
    edition = base[:7]
    assert line_up(repository, base) == [
        "flask",
        f"flask@{edition}",
        "flask-orm",
        f"flask-orm@{edition}",
        "flask-own-encoder",
    ]
    older = editions.line_up(base, apps(repository), place(repository), named=False)[3]
    assert (older.variant, older.difference) == ("orm", "old")


def test_another_version_of_the_framework(repository: Repository) -> None:
    assert line_up(repository, "flask==0.9") == ["flask", "flask@0.9"]
    _, other = editions.line_up("flask==0.9", apps(repository), place(repository), named=False)
    assert other.overrides == ("flask==0.9",)


def test_another_version_of_anything_that_is_locked(repository: Repository) -> None:
    assert line_up(repository, "SQL.Alchemy==1.4")[1::2] == ["django@sql-alchemy-1.4", "flask@sql-alchemy-1.4"]
    assert line_up(repository, "granian==0.5")[1] == "django@granian-0.5"
    with pytest.raises(UsageError, match=r"No app has the package 'bottle' in its lock; .*Django, Flask"):
        line_up(repository, "bottle==1")


@pytest.mark.parametrize("reference", ["flask>=1", "flask==", "==1", "flask==1,2", "flask==1 --index-url x", "", "x y"])
def test_what_is_neither_a_commit_nor_an_exact_version_is_refused(repository: Repository, reference: str) -> None:
    with pytest.raises(UsageError, match="PACKAGE==VERSION"):
        line_up(repository, reference)


def test_an_edition_with_the_same_pins_shares_the_environment(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = repository.checkout.commit("HEAD")
    repository.write("apps/flask_app/shop.py", "new")
    now, before = editions.line_up(base, apps(repository), place(repository), named=False)
    state = place(repository).state
    usual = environments.folder(now, state)
    assert environments.folder(before, state) != usual, "as long as nothing says what the usual one was made for"
    commands: list[tuple[str, ...]] = []

    def uv(whose: str, *arguments: str, **_: object) -> None:
        commands.append(arguments)
        if arguments[0] == "venv":
            (Path(arguments[-1]) / "bin").mkdir(parents=True)
            (Path(arguments[-1]) / "bin" / "python").touch()

    monkeypatch.setattr(environments, "_uv", uv)
    monkeypatch.setattr(environments, "_SERVERS", repository.folder / "bench" / "servers.txt")
    assert environments.ensure(now, state)
    assert not environments.ensure(before, state)
    assert environments.folder(before, state) == usual
    _, older = editions.line_up("flask==0.9", apps(repository), place(repository), named=False)
    assert environments.ensure(older, state)
    assert environments.folder(older, state).parent == usual.parent
    assert environments.folder(older, state) != usual
    assert "--override" in commands[-1]
    assert not environments.ensure(older, state)
    assert not environments.ensure(now, state)


def test_the_servers_of_an_older_commit_are_its_own(repository: Repository) -> None:
    base = repository.checkout.commit("HEAD")
    repository.write("bench/servers.txt", "granian==2.0\n")
    _, before = editions.line_up(base, apps(repository)[1:], place(repository), named=True)
    assert environments._servers(before).read_text() == "granian==1.0\n"


def subfolder(repository: Repository, tmp_path: Path) -> Path:
    """The project within a larger repository, beside something else."""
    outer = tmp_path / "outer"
    outer.mkdir()
    (repository.folder / ".git").rename(tmp_path / "no longer a repository")
    repository.folder.rename(outer / "fair ground")
    larger = Repository(outer)
    larger.commit(other__apps__flask_app="no app of ours")
    return outer / "fair ground"


def worktree(repository: Repository, tmp_path: Path) -> Path:
    repository.git("worktree", "add", "--quiet", "-b", "elsewhere", str(tmp_path / "tree"))
    return tmp_path / "tree"


def submodule(repository: Repository, tmp_path: Path) -> Path:
    (tmp_path / "outer").mkdir()
    outer = Repository(tmp_path / "outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repository.folder), "fair")
    return tmp_path / "outer" / "fair"


def shallow(repository: Repository, tmp_path: Path) -> Path:
    repository.git("clone", "--quiet", "--depth", "1", repository.folder.as_uri(), str(tmp_path / "clone"))
    return tmp_path / "clone"


def detached(repository: Repository, tmp_path: Path) -> Path:
    repository.git("checkout", "--quiet", "--detach")
    return repository.folder


def renamed(repository: Repository, tmp_path: Path) -> Path:
    return repository.folder.rename(tmp_path / "another name")


@pytest.mark.parametrize("layout", [subfolder, worktree, submodule, shallow, detached, renamed])
def test_what_differs_is_seen_however_the_project_is_laid_out(
    repository: Repository, tmp_path: Path, layout: Callable[[Repository, Path], Path]
) -> None:
    root = layout(repository, tmp_path)
    here = Workspace(root, root / "apps", tmp_path / "results", tmp_path / "state")
    base, _ = editions.resolve("HEAD", root)
    assert editions.line_up(base, discovery.discover(here.apps), here, named=False) == ()
    (root / "apps" / "flask_app" / "shop.py").write_text("new")
    flask, before = editions.line_up(base, discovery.discover(here.apps), here, named=False)
    assert (str(flask), str(before)) == ("flask", f"flask@{base[:7]}")
    assert not (before.folder / "shop.py").exists()
    assert Checkout(root).dirty()


def test_what_else_is_in_a_larger_repository_makes_nothing_dirty(repository: Repository, tmp_path: Path) -> None:
    root = subfolder(repository, tmp_path)
    (root.parent / "other" / "new").write_text("")
    assert not Checkout(root).dirty()


def test_a_project_that_stood_in_another_folder_of_its_repository_then(repository: Repository, tmp_path: Path) -> None:
    root = subfolder(repository, tmp_path)
    before = Checkout(root).commit("HEAD")
    moved = root.rename(root.with_name("moved"))
    here = Workspace(moved, moved / "apps", tmp_path / "results", tmp_path / "state")
    with pytest.raises(UsageError, match=r"has none of apps, bench/servers\.txt in this folder: nothing to compare"):
        editions.line_up(before, discovery.discover(here.apps), here, named=False)


def test_a_branch_is_compared_with_where_it_left_another(repository: Repository) -> None:
    """What the other one gained since is no doing of this one."""
    base = repository.checkout.commit("HEAD")
    repository.git("checkout", "--quiet", "-b", "mine")
    repository.commit(text="mine")
    repository.git("checkout", "--quiet", "main")
    tip = repository.commit(apps__flask_app__shop="faster")
    repository.git("update-ref", "refs/remotes/origin/main", "main")
    repository.git("checkout", "--quiet", "mine")
    for branch in ("main", "origin/main"):
        commit, sentence = editions.resolve(branch, repository.folder)
        assert commit == base
        assert sentence.startswith(f"Compared with {base}, where HEAD left {branch}. 1 commit (")
        assert sentence.endswith(f"to compare with its tip, say --against {tip}.")
        assert line_up(repository, branch) == []
    assert line_up(repository, tip) == ["flask", f"flask@{tip[:7]}"]


def test_many_commits_are_counted_and_some_named(repository: Repository) -> None:
    base = repository.checkout.commit("HEAD")
    for number in range(7):
        repository.commit(text=str(number))
    sentence = editions.resolve(base, repository.folder)[1]
    assert sentence.startswith(f"Compared with {base}. 7 commits (")
    assert (sentence.count(" change;"), sentence.count("2 more")) == (5, 1)


def test_a_history_that_does_not_reach_the_fork_is_told(repository: Repository, tmp_path: Path) -> None:
    repository.git("checkout", "--quiet", "-b", "mine")
    repository.commit(text="mine")
    repository.git("checkout", "--quiet", "main")
    repository.commit(text="theirs")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", "--no-single-branch", repository.folder.as_uri(), str(clone))
    Repository(clone).git("checkout", "--quiet", "mine")
    with pytest.raises(UsageError, match=r"no commit in common here; in a shallow clone, `git fetch --unshallow`"):
        editions.resolve("origin/main", clone)


def test_an_app_that_is_a_submodule_is_seen_to_differ(repository: Repository) -> None:
    flask, *_ = (app for app in apps(repository) if app.name == "flask")
    assert editions._differing([flask], ["apps/flask_app"]) == [flask]
    assert editions._differing([flask], ["apps/flask_apparatus/x", "apps/SPEC.md", "flask_app/x"]) == []


def test_every_app_is_compared_with_itself_on_another_python(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(interpreters, "find", lambda version: tmp_path / f"python{version}")
    assert line_up(repository, "python==3.13") == ["django", "django@python-3.13", "flask", "flask@python-3.13"]
    now, other = editions.line_up("python==3.13", apps(repository)[:1], place(repository), named=True)
    assert (now.interpreter, other.interpreter, other.overrides) == ("", "3.13", ())
    assert editions.on_another_python(" python==3.13") and not editions.on_another_python("flask==3.13")
    folders = [environments.folder(app, tmp_path) for app in (now, other)]
    assert [folder.parent for folder in folders] == [tmp_path / "environments"] * 2
    assert folders[0] != folders[1], "it has an environment of its own"
