"""Manifests: a good one is read whole, and each way of being bad is told in a sentence that names file and key."""

from pathlib import Path
from typing import Any

import pytest

from bench.contract import workloads
from bench.contract.operations import left_out
from bench.errors import ManifestError
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
    text = str(caught.value)
    assert str(folder) in text
    assert "\n" not in text
    assert text.endswith((".", ")."))
    return text


def test_a_good_manifest_is_read_whole(tmp_path: Path) -> None:
    folder = write(tmp_path, notes='["Debug is off.", "Grüße"]', unsupported='{ browse = "no templates" }')
    app = manifest.load(folder)
    assert (app.serialiser, app.validation) == ("", "")
    assert (app.name, app.folder) == ("some", folder)
    assert (app.label, app.package, app.interface) == ("Flask", "flask", "wsgi")
    assert (app.application, app.data_layer) == ("shop:create_app()", "SQLAlchemy Core")
    assert (app.databases, app.native_server) == (("sqlite",), "gunicorn")
    assert app.notes == ("Debug is off.", "Grüße")
    assert app.unsupported == {"browse": "no templates"} | left_out(())
    app = manifest.load(write(tmp_path / "other", serialiser='"json_out"', validation='"written out"'))
    assert (app.serialiser, app.validation) == ("json_out", "written out")


@pytest.mark.parametrize("name", ["huge-id", "hardening"])
def test_clauses_of_hardening_may_be_unsupported_and_no_others(tmp_path: Path, name: str) -> None:
    app = manifest.load(write(tmp_path, unsupported=f'{{ {name} = "a driver" }}'))
    assert app.unsupported == {name: "a driver"} | left_out(())
    text = complaint(write(tmp_path / "other", unsupported='{ media-type = "any" }'))
    assert "'media-type', which is neither an operation of the core nor a clause of hardening (long-path, " in text


def test_an_optional_group_that_is_named_is_offered_and_its_operations_cannot_be_left_out(tmp_path: Path) -> None:
    app = manifest.load(write(tmp_path, groups='["validation"]'))
    assert (app.groups, app.unsupported) == (("validation",), left_out(("validation",)))
    assert "check-order" not in app.unsupported
    assert manifest.load(write(tmp_path / "other")).unsupported == left_out(())
    assert "neither an operation of the core" in complaint(
        write(tmp_path / "both", groups='["validation"]', unsupported='{ check-order = "no" }')
    )
    unknown = complaint(write(tmp_path / "unknown", groups='["core"]'))
    assert "the key 'groups' names 'core', which is no optional group of operations: validation" in unknown


def test_a_manifest_may_say_why_it_has_no_database_or_optional_group(tmp_path: Path) -> None:
    reasons = '{ mysql = "no driver", validation = "it has none", browse = "no templates" }'
    app = manifest.load(write(tmp_path, unsupported=reasons))
    assert app.lacking == {"mysql": "no driver", "validation": "it has none"}
    assert app.unsupported == {"browse": "no templates"} | left_out(())


def test_a_workload_with_too_many_users_for_an_app_may_be_left_out(tmp_path: Path) -> None:
    app = manifest.load(write(tmp_path, groups='["upstream"]', unsupported='{ slow-upstream-1000 = "its client" }'))
    assert app.unsupported == {"slow-upstream-1000": "its client"} | left_out(("upstream",))
    asked = {workload.id: workloads.asked(workload, app.unsupported) for workload in workloads.WORKLOADS}
    assert (asked["slow-upstream-100"], asked["slow-upstream-1000"]) == (True, False)


@pytest.mark.parametrize(("key", "name"), [("groups", "validation"), ("databases", "mysql")])
def test_what_an_app_has_it_cannot_lack(tmp_path: Path, key: str, name: str) -> None:
    folder = write(tmp_path, **{key: f'["{name}"]', "unsupported": f'{{ {name} = "no" }}'})
    assert f"[unsupported] names '{name}', and so does the key '{key}'." in complaint(folder)


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
        ("groups", '"validation"'),
        ("groups", '["uploads"]'),
        ("unsupported", '"browse"'),
        ("unsupported", '{ brows = "no templates" }'),
        ("unsupported", "{ browse = 1 }"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(tmp_path: Path, key: str, value: str) -> None:
    complaint_text = complaint(write(tmp_path, **{key: value}))
    assert f"'{key}" in complaint_text or f"[{key}]" in complaint_text


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


def test_an_app_that_is_its_own_server_has_no_other_and_nobody_else_has_its(tmp_path: Path) -> None:
    assert "does not speak own" in complaint(write(tmp_path, interface='"own"'))
    assert "does not speak wsgi" in complaint(write(tmp_path / "2", native_server='"own"'))
    app = manifest.load(write(tmp_path / "3", interface='"own"', native_server='"own"', application='"shop:serve"'))
    assert (app.usual_server, app.native_server) == ("own", "own")


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


@pytest.mark.parametrize("name", ["twin", "null-asgi", "async", "New", "a-b", ""])
def test_that_name_too_must_be_one_that_can_be_an_id(tmp_path: Path, name: str) -> None:
    assert "the key 'name' is" in complaint(write(tmp_path, name=f'"{name}"'))


def with_variant(apps: Path, keys: str, name: str = "orm") -> Path:
    """An app's folder whose manifest names one variant."""
    folder = write(apps)
    with (folder / "app.toml").open("a") as file:
        file.write(f"[variants.{name}]\n{keys}\n")
    return folder


def test_a_variant_is_the_app_but_for_what_it_says(tmp_path: Path) -> None:
    folder = with_variant(tmp_path, 'difference = "The ORM."\ndata_layer = "SQLAlchemy ORM"\nnative_server = "cheroot"')
    app, variant = manifest.family(folder)
    assert app == manifest.load(folder)
    assert (str(app), app.variant_of, app.by_default) == ("some", "", True)
    assert (str(variant), variant.variant_of, variant.by_default) == ("some-orm", "some", False)
    assert (variant.difference, variant.data_layer, variant.native_server) == ("The ORM.", "SQLAlchemy ORM", "cheroot")
    assert (variant.label, variant.application, variant.folder) == (app.label, app.application, folder)
    assert variant.lock == app.lock


def test_a_variant_may_have_pins_of_its_own(tmp_path: Path) -> None:
    folder = with_variant(tmp_path, 'difference = "The older one."\nrequirements = "requirements-lts"', "lts")
    assert "requirements-lts.in is missing" in complaint(folder)
    (folder / "requirements-lts.in").touch()
    assert "`python -m bench lock some-lts` compiles it from requirements-lts.in" in complaint(folder)
    (folder / "requirements-lts.txt").touch()
    assert manifest.family(folder)[1].lock == folder / "requirements-lts.txt"


def test_a_variants_own_files_are_none_of_the_apps(tmp_path: Path) -> None:
    folder = with_variant(tmp_path, 'difference = "The ORM."\nown = ["orm.py"]')
    assert "the key 'own' names 'orm.py', which is not in " in complaint(folder)
    (folder / "orm.py").touch()
    app, variant = manifest.family(folder)
    assert (app.foreign, variant.foreign) == (("orm.py",), ())


def test_a_variant_with_a_name_of_its_own_is_called_by_nothing_else(tmp_path: Path) -> None:
    keys = 'difference = "Another framework."\nby_default = true\nname = "other"'
    assert "[variants.orm]: the key 'label' is missing" in complaint(with_variant(tmp_path / "unlabelled", keys))
    _, other = manifest.family(with_variant(tmp_path, f'{keys}\nlabel = "Other"'))
    assert (str(other), other.variant, other.variant_of, other.by_default) == ("other", "", "some", True)


@pytest.mark.parametrize(
    ("keys", "complaint_"),
    [
        ("", "[variants.orm]: the key 'difference' is missing"),
        ('difference = "x"\nlable = "y"', "[variants.orm]: unknown key 'lable'; did you mean 'label'?"),
        ('difference = "x"\ndiffrence = "y"', "unknown key 'diffrence'; did you mean 'difference'?"),
        ('difference = "x"\nby_default = "often"', "the key 'by_default' is wrong"),
        ('difference = "x"\nrequirements = "../x"', "the key 'requirements' is wrong"),
        ('difference = "x"\nnative_server = "apache"', "the key 'native_server' names 'apache'"),
        ('difference = "x"\n[variants.orm.variants]', "unknown key 'variants'"),
    ],
)
def test_what_is_wrong_with_a_variant_is_said_with_its_name(tmp_path: Path, keys: str, complaint_: str) -> None:
    assert complaint_ in complaint(with_variant(tmp_path, keys))


@pytest.mark.parametrize("name", ["Orm", "2w", "gunicorn", "sqlite", "a_b", '"a:b"'])
def test_a_variant_has_a_name_that_no_other_sut_can_have(tmp_path: Path, name: str) -> None:
    assert "a variant is named like own-encoder" in complaint(with_variant(tmp_path, 'difference = "x"', name))


@pytest.mark.parametrize("value", ['"orm"', "{ orm = 1 }"])
def test_a_variant_is_a_table(tmp_path: Path, value: str) -> None:
    assert "a variant is a table of its own" in complaint(write(tmp_path, variants=value))
