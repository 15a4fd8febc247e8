"""Which apps are compared with which edition of theirs, on a repository with two small apps."""

from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.model import App
from bench.suts import editions, environments, manifest
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
    made = Repository(folder)
    for name in ("flask", "django"):
        made.write(f"apps/{name}_app/app.toml", MANIFEST.format(label=name.title()))
        made.write(f"apps/{name}_app/requirements.in", name)
        made.write(f"apps/{name}_app/requirements.txt", f"{name}==1.0\nsql_alchemy==2.0  # via x\n")
    made.write("bench/servers.txt", "granian==1.0\n")
    made.commit()
    return made


def place(repository: Repository) -> Workspace:
    return Workspace(
        repository.folder, repository.folder / "apps", repository.folder / "results", repository.folder.parent / "state"
    )


def apps(repository: Repository) -> tuple[App, ...]:
    return manifest.discover(place(repository).apps)


def line_up(repository: Repository, reference: str, named: bool = False) -> list[str]:
    resolved = editions.resolve(reference, repository.folder)
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
    made: list[tuple[str, ...]] = []

    def uv(whose: str, *arguments: str, **_: object) -> None:
        made.append(arguments)
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
    assert "--override" in made[-1]
    assert not environments.ensure(older, state)
    assert not environments.ensure(now, state)


def test_the_servers_of_an_older_commit_are_its_own(repository: Repository) -> None:
    base = repository.checkout.commit("HEAD")
    repository.write("bench/servers.txt", "granian==2.0\n")
    _, before = editions.line_up(base, apps(repository)[1:], place(repository), named=True)
    assert environments._servers(before).read_text() == "granian==1.0\n"
