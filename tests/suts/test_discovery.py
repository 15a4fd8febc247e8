"""Which apps there are, and which of them somebody names. Real folders."""

from pathlib import Path

import pytest

from bench.errors import ManifestError, UsageError
from bench.suts import discovery
from tests.suts.test_manifest import with_variant, write


def test_a_broken_app_stands_in_the_way_of_no_other(tmp_path: Path) -> None:
    for name in ("bottle_app", "zope_app"):
        write(tmp_path, name)
    write(tmp_path, "falcon_app", label="5")
    heard: list[ManifestError] = []
    assert [app.name for app in discovery.choose(tmp_path, ("zope",), heard.append)] == ["zope"]
    assert not heard, "it was not asked for"
    assert [app.name for app in discovery.choose(tmp_path, (), heard.append)] == ["bottle", "zope"]
    assert "falcon_app" in str(heard.pop())
    for name in ("falcon", "falcon_app"):
        with pytest.raises(ManifestError, match=r"falcon_app/app\.toml: the key 'label' is wrong"):
            discovery.choose(tmp_path, ("zope", name), heard.append)
    with pytest.raises(UsageError, match="no app called 'nope'; there are: bottle, zope; and the groups"):
        discovery.choose(tmp_path, ("nope",), heard.append)


def test_where_all_are_broken_the_first_is_told(tmp_path: Path) -> None:
    write(tmp_path, "falcon_app", label="5")
    with pytest.raises(ManifestError, match="falcon_app"):
        discovery.choose(tmp_path, (), lambda _: None)


def test_apps_are_found_in_order_and_a_broken_one_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, "zope_app")
    write(tmp_path, "bottle_app")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "SPEC_app").write_text("a file")
    assert [app.name for app in discovery.discover(tmp_path)] == ["bottle", "zope"]
    write(tmp_path, "falcon_app", label="5")
    with pytest.raises(ManifestError, match="falcon_app"):
        discovery.discover(tmp_path)


def test_an_apps_folder_without_a_manifest_is_never_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "bottle_app")
    (tmp_path / "falcon_app").mkdir()
    with pytest.raises(ManifestError, match=r"falcon_app/app\.toml is missing"):
        discovery.discover(tmp_path)


def test_a_folder_with_a_manifest_is_never_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "bottle_app")
    write(tmp_path, "falcon")
    with pytest.raises(ManifestError, match="falcon: an app's folder is named like"):
        discovery.discover(tmp_path)


@pytest.mark.parametrize("folder", ["empty", "nowhere"])
def test_no_apps_are_an_error(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ManifestError, match="There is no app in"):
        discovery.discover(tmp_path / folder)


def test_apps_are_chosen_by_name_or_folder_once_each_in_the_order_asked(tmp_path: Path) -> None:
    for name in ("bottle_app", "falcon_app", "zope_app"):
        write(tmp_path, name)
    apps = discovery.discover(tmp_path)
    chosen = discovery.select(apps, ["zope", "bottle_app", "zope_app", "zope"])
    assert [app.name for app in chosen] == ["zope", "bottle"]
    assert discovery.select(apps, []) == apps
    with pytest.raises(UsageError, match="no app called 'nope'; there are: bottle, falcon, zope"):
        discovery.select(apps, ["bottle", "nope"])


def test_a_manifest_may_give_an_app_another_name_than_its_folder(tmp_path: Path) -> None:
    folder = write(tmp_path, "old_app", name='"new"')
    (app,) = discovery.choose(tmp_path, ["old_app"], lambda _: None)
    assert (app.name, app.folder) == ("new", folder)
    assert discovery.choose(tmp_path, ["new"], lambda _: None) == (app,)
    with pytest.raises(UsageError, match="no app called 'old'; there are: new"):
        discovery.choose(tmp_path, ["old"], lambda _: None)


def test_no_two_apps_have_one_name(tmp_path: Path) -> None:
    write(tmp_path, "bottle_app")
    write(tmp_path, "falcon_app", name='"bottle"')
    with pytest.raises(ManifestError, match=r"falcon_app is called 'bottle', as is .*bottle_app"):
        discovery.discover(tmp_path)


def test_a_variant_is_asked_for_by_name_and_never_measured_unasked(tmp_path: Path) -> None:
    with_variant(tmp_path, 'difference = "The ORM."')
    some, variant = discovery.discover(tmp_path)
    assert discovery.unasked((some, variant)) == discovery.select((some, variant), ("all",)) == (some,)
    for name in ("some:orm", "some_app:orm", "some-orm"):
        assert discovery.choose(tmp_path, [name, "some"], lambda _: None) == (variant, some)
    with pytest.raises(UsageError, match="There is no variant called 'some:nope'; there are: some, some:orm"):
        discovery.choose(tmp_path, ["some:nope"], lambda _: None)


def test_a_variant_may_be_measured_unasked_and_have_a_name_of_its_own(tmp_path: Path) -> None:
    with_variant(tmp_path, 'difference = "Another."\nname = "other"\nlabel = "Other"\nby_default = true')
    apps = discovery.discover(tmp_path)
    assert [discovery.called(app) for app in discovery.unasked(apps)] == ["some", "other"]
    assert discovery.select(apps, ["other"]) == apps[1:]
    assert discovery.select(apps, ["some_app"]) == apps[:1], "the folder's name is the app's"
    write(tmp_path, "other_app")
    with pytest.raises(ManifestError, match="is called 'other', as is"):
        discovery.discover(tmp_path)
