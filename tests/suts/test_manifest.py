"""Manifests: a good one is read whole, and each way of being bad is told in a sentence that names file and key."""

from pathlib import Path
from typing import Any

import pytest

from bench.errors import ManifestError, UsageError
from bench.suts import manifest

GOOD: dict[str, Any] = {
    "label": '"Flask"',
    "package": '"flask"',
    "interface": '"wsgi"',
    "application": '"shop:create_app()"',
    "data_layer": '"SQLAlchemy Core"',
    "databases": '["sqlite"]',
    "native_server": '"gunicorn"',
}


def write(apps: Path, base: str = "some_app", **changes: str | None) -> Path:
    """An app's folder with a manifest; None leaves a key out."""
    folder = apps / base
    folder.mkdir(parents=True)
    keys = {key: value for key, value in (GOOD | changes).items() if value is not None}
    (folder / "app.toml").write_text("".join(f"{key} = {value}\n" for key, value in keys.items()), "utf-8")
    for requirements in ("requirements.in", "requirements.txt"):
        (folder / requirements).touch()
    return folder


def complaint(folder: Path) -> str:
    with pytest.raises(ManifestError) as caught:
        manifest.load(folder)
    told = str(caught.value)
    assert str(folder) in told
    assert "\n" not in told
    assert told.endswith((".", ")."))
    return told


def test_a_good_manifest_is_read_whole(tmp_path: Path) -> None:
    folder = write(tmp_path, notes='["Debug is off.", "Grüße"]', unsupported='{ browse = "no templates" }')
    app = manifest.load(folder)
    assert (app.serialiser, app.validation) == ("", "")
    assert (app.name, app.folder) == ("some", folder)
    assert (app.label, app.package, app.interface) == ("Flask", "flask", "wsgi")
    assert (app.application, app.data_layer) == ("shop:create_app()", "SQLAlchemy Core")
    assert (app.databases, app.native_server) == (("sqlite",), "gunicorn")
    assert app.notes == ("Debug is off.", "Grüße")
    assert app.unsupported == {"browse": "no templates"}
    app = manifest.load(write(tmp_path / "other", serialiser='"json_out"', validation='"written out"'))
    assert (app.serialiser, app.validation) == ("json_out", "written out")


@pytest.mark.parametrize("name", ["huge-id", "hardening"])
def test_clauses_of_hardening_may_be_unsupported_and_no_others(tmp_path: Path, name: str) -> None:
    assert manifest.load(write(tmp_path, unsupported=f'{{ {name} = "a driver" }}')).unsupported == {name: "a driver"}
    told = complaint(write(tmp_path / "other", unsupported='{ media-type = "any" }'))
    assert "'media-type', which is neither an operation nor a clause of hardening: huge-id, " in told


@pytest.mark.parametrize("key", GOOD)
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    assert f"the key '{key}' is missing" in complaint(write(tmp_path, **{key: None}))


@pytest.mark.parametrize("key", ["lable", "version", "variant"])
def test_an_unknown_key_is_refused(tmp_path: Path, key: str) -> None:
    assert f"unknown key '{key}'" in complaint(write(tmp_path, **{key: '"x"'}))


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("lable", "label"),
        ("data-layer", "data_layer"),
        ("Application", "application"),
        ("server", "native_server"),
        ("unsuported", "unsupported"),
    ],
)
def test_a_key_that_was_misspelt_is_said_with_the_one_that_was_meant(tmp_path: Path, key: str, meant: str) -> None:
    assert f"unknown key '{key}'; did you mean '{meant}'?" in complaint(write(tmp_path, **{key: '"x"'}))


def test_a_key_like_no_other_is_said_with_all_of_them(tmp_path: Path) -> None:
    assert "unknown key 'zzz'; there are: label, package, interface" in complaint(write(tmp_path, zzz='"x"'))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("label", "5"),
        ("label", '""'),
        ("label", "true"),
        ("label", f'"{"x" * 201}"'),
        ("package", '"flask==3"'),
        ("package", '""'),
        ("interface", '"cgi"'),
        ("interface", '["wsgi"]'),
        ("databases", '"sqlite"'),
        ("databases", '["oracle"]'),
        ("databases", "[]"),
        ("native_server", '"uwsgi"'),
        ("native_server", "1"),
        ("notes", '"one"'),
        ("notes", "[1]"),
        ("unsupported", '"browse"'),
        ("unsupported", '{ brows = "no templates" }'),
        ("unsupported", "{ browse = 1 }"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(tmp_path: Path, key: str, value: str) -> None:
    told = complaint(write(tmp_path, **{key: value}))
    assert f"'{key}" in told or f"[{key}]" in told


@pytest.mark.parametrize(
    "application",
    [
        "shop",
        "shop:",
        ":app",
        "shop:app:",
        "shop app",
        "shop:app(1)",
        "shop:app()()",
        "shop.py:",
        "a..b:c",
        "../x:y",
        "-m:x",
    ],
)
def test_an_application_names_a_module_and_what_is_in_it(tmp_path: Path, application: str) -> None:
    assert "the key 'application' is wrong" in complaint(write(tmp_path, application=f'"{application}"'))


@pytest.mark.parametrize("application", ["shop:app", "shop.wsgi:application", "shop:create_app()", "shop:site.app"])
def test_the_usual_applications_are_taken(tmp_path: Path, application: str) -> None:
    assert manifest.load(write(tmp_path, application=f'"{application}"')).application == application


def test_an_asgi_app_has_no_wsgi_server(tmp_path: Path) -> None:
    assert "does not speak asgi" in complaint(write(tmp_path, interface='"asgi"'))
    assert manifest.load(write(tmp_path / "2", interface='"asgi"', native_server='"granian"')).interface == "asgi"


@pytest.mark.parametrize("name", ["Some_app", "some-thing_app", "_app", "1st_app", "some__app", "null_app", "all_app"])
def test_a_folder_has_a_name_that_can_be_an_id(tmp_path: Path, name: str) -> None:
    assert "folder is named like" in complaint(write(tmp_path, name))


def test_a_manifest_must_be_there(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "app.toml").unlink()
    assert "is missing: an app needs a manifest" in complaint(folder)


@pytest.mark.parametrize("content", [b"label = ", b"[label", b"label = 'a'\nlabel = 'b'", b"\xff\xfe", b"label: Flask"])
def test_a_manifest_must_be_toml(tmp_path: Path, content: bytes) -> None:
    folder = write(tmp_path)
    (folder / "app.toml").write_bytes(content)
    assert "app.toml cannot be read" in complaint(folder)


@pytest.mark.parametrize("name", ["requirements.in", "requirements.txt"])
def test_the_pins_must_be_there(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path)
    (folder / name).unlink()
    assert f"{name} is missing" in complaint(folder)


def test_pins_may_be_missing_where_they_are_to_be_made(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "requirements.txt").unlink()
    assert "`python -m bench lock some` compiles it" in complaint(folder)
    assert manifest.load(folder, locked=False).name == "some"
    (folder / "requirements.in").unlink()
    with pytest.raises(ManifestError, match="names what the app needs directly, such as flask"):
        manifest.load(folder, locked=False)


def test_a_broken_app_stands_in_the_way_of_no_other(tmp_path: Path) -> None:
    for name in ("bottle_app", "zope_app"):
        write(tmp_path, name)
    write(tmp_path, "falcon_app", label="5")
    heard: list[ManifestError] = []
    assert [app.name for app in manifest.choose(tmp_path, ("zope",), heard.append)] == ["zope"]
    assert not heard, "it was not asked for"
    assert [app.name for app in manifest.choose(tmp_path, (), heard.append)] == ["bottle", "zope"]
    assert "falcon_app" in str(heard.pop())
    for name in ("falcon", "falcon_app"):
        with pytest.raises(ManifestError, match=r"falcon_app/app\.toml: the key 'label' is wrong"):
            manifest.choose(tmp_path, ("zope", name), heard.append)
    with pytest.raises(UsageError, match="no app called 'nope'; there are: bottle, zope; and the groups"):
        manifest.choose(tmp_path, ("nope",), heard.append)


def test_where_all_are_broken_the_first_is_told(tmp_path: Path) -> None:
    write(tmp_path, "falcon_app", label="5")
    with pytest.raises(ManifestError, match="falcon_app"):
        manifest.choose(tmp_path, (), lambda _: None)


def test_apps_are_found_in_order_and_a_broken_one_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, "zope_app")
    write(tmp_path, "bottle_app")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "SPEC_app").write_text("a file")
    assert [app.name for app in manifest.discover(tmp_path)] == ["bottle", "zope"]
    write(tmp_path, "falcon_app", label="5")
    with pytest.raises(ManifestError, match="falcon_app"):
        manifest.discover(tmp_path)


def test_an_apps_folder_without_a_manifest_is_never_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "bottle_app")
    (tmp_path / "falcon_app").mkdir()
    with pytest.raises(ManifestError, match=r"falcon_app/app\.toml is missing"):
        manifest.discover(tmp_path)


def test_a_folder_with_a_manifest_is_never_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "bottle_app")
    write(tmp_path, "falcon")
    with pytest.raises(ManifestError, match="falcon: an app's folder is named like"):
        manifest.discover(tmp_path)


@pytest.mark.parametrize("folder", ["empty", "nowhere"])
def test_no_apps_are_an_error(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ManifestError, match="There is no app in"):
        manifest.discover(tmp_path / folder)


def test_apps_are_chosen_by_name_or_folder_once_each_in_the_order_asked(tmp_path: Path) -> None:
    for name in ("bottle_app", "falcon_app", "zope_app"):
        write(tmp_path, name)
    apps = manifest.discover(tmp_path)
    chosen = manifest.select(apps, ["zope", "bottle_app", "zope_app", "zope"])
    assert [app.name for app in chosen] == ["zope", "bottle"]
    assert manifest.select(apps, []) == apps
    with pytest.raises(UsageError, match="no app called 'nope'; there are: bottle, falcon, zope"):
        manifest.select(apps, ["bottle", "nope"])


def test_a_manifest_may_give_an_app_another_name_than_its_folder(tmp_path: Path) -> None:
    folder = write(tmp_path, "old_app", name='"new"')
    (app,) = manifest.choose(tmp_path, ["old_app"], lambda _: None)
    assert (app.name, app.folder) == ("new", folder)
    assert manifest.choose(tmp_path, ["new"], lambda _: None) == (app,)
    with pytest.raises(UsageError, match="no app called 'old'; there are: new"):
        manifest.choose(tmp_path, ["old"], lambda _: None)


@pytest.mark.parametrize("name", ["twin", "null-asgi", "async", "New", "a-b", ""])
def test_that_name_too_must_be_one_that_can_be_an_id(tmp_path: Path, name: str) -> None:
    assert "the key 'name' is" in complaint(write(tmp_path, name=f'"{name}"'))


def test_no_two_apps_have_one_name(tmp_path: Path) -> None:
    write(tmp_path, "bottle_app")
    write(tmp_path, "falcon_app", name='"bottle"')
    with pytest.raises(ManifestError, match=r"falcon_app is called 'bottle', as is .*bottle_app"):
        manifest.discover(tmp_path)
