"""Whether an app is written in what its manifest names."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.errors import ManifestError
from bench.model import App
from bench.suts import packages
from tests import builders


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An app in CherryPy; its environment has that, and a package whose module is called otherwise."""
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    for name, files in {"CherryPy": ["cherrypy/__init__.py"], "py_yaml": ["yaml/__init__.py", "_yaml.py"]}.items():
        about = site / f"{name}-1.0.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        recorded = [*files, "../../../bin/tool.py"]
        (about / "RECORD").write_text("".join(f"{file},,\n" for file in recorded))
        for file in recorded:  # from Python 3.12 on, a recorded file that does not exist is not listed
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            (site / file).touch()
    folder = tmp_path / "some_app"
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "__init__.py").write_text("from cherrypy.lib import caching\n")
    (folder / "broken.py").write_text("import yaml as\n")
    return replace(builders.app("some"), folder=folder)


@pytest.mark.parametrize("package", ["cherrypy", "CherryPy", "python"])
def test_what_is_imported_may_be_named(app: App, tmp_path: Path, package: str) -> None:
    packages.check(replace(app, package=package), tmp_path)


def test_a_package_that_the_pins_do_not_bring_is_refused(app: App, tmp_path: Path) -> None:
    with pytest.raises(
        ManifestError, match=r"names 'chery-py', but requirements\.txt does not bring it: is it spelt so"
    ):
        packages.check(replace(app, package="chery-py"), tmp_path)


def test_a_package_that_does_not_answer_is_refused(app: App, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"app.toml: the key 'package' names 'py-yaml', .* imports _yaml or yaml: "):
        packages.check(replace(app, package="py-yaml"), tmp_path)
