"""Apps on a checkout that the user names: each way in which there is none is one sentence, with the way out."""

from pathlib import Path

import pytest

from bench.errors import BenchError, SetupError
from bench.model import FrameworkCheckout
from bench.suts import checkouts, discovery
from tests import builders
from tests.suts.test_manifest import complaint, with_variant

APP = builders.app("web2py", checkout=FrameworkCheckout("WEB2PY_HOME", "3.3.3", "gluon/version.py", "make web2py"))
WAYS_OUT = "`make web2py` clones web2py 3.3.3, and `export WEB2PY_HOME=FOLDER` names one that is there."
VARIANT = """difference = "Another."
name = "web2py"
label = "web2py"
by_default = true
checkout = { variable = "WEB2PY_HOME", version = "3.3.3", version_file = "gluon/version.py", made_by = "make web2py" }
"""


def checkout(folder: Path, version: str = "3.3.3-stable+timestamp.2026.04.28") -> dict[str, str]:
    """A folder that looks like a checkout of that version; returns the environment that names it."""
    (folder / "gluon").mkdir(parents=True)
    (folder / "gluon" / "version.py").write_text(f'VERSION = "{version}"\n')
    return {"WEB2PY_HOME": str(folder)}


def test_an_app_without_a_checkout_runs_anywhere() -> None:
    app = builders.app()
    assert checkouts.why_absent(app, {}) == ""
    assert checkouts.surroundings(app, Path("/scratch"), {}) == checkouts.version(app) == {}


@pytest.mark.parametrize("environ", [{}, {"WEB2PY_HOME": ""}])
def test_where_none_is_named_the_way_to_one_is_said(environ: dict[str, str]) -> None:
    assert checkouts.why_absent(APP, environ) == f"web2py runs on a checkout of its framework: {WAYS_OUT}"
    assert not checkouts.misnamed(APP, environ)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "which is no checkout of web2py"),
        ("no number", "which is no checkout of web2py"),
        ("2.27.1-stable", "which has web2py 2.27.1, and not 3.3.3"),
        ("3.3.30", "which has web2py 3.3.30, and not 3.3.3"),
    ],
)
def test_what_is_no_such_checkout_is_said(content: str | None, said: str, tmp_path: Path) -> None:
    environ = {"WEB2PY_HOME": str(tmp_path)} if content is None else checkout(tmp_path, content)
    assert checkouts.why_absent(APP, environ) == f"WEB2PY_HOME names {tmp_path}, {said}: {WAYS_OUT}"
    assert checkouts.misnamed(APP, environ)


def test_one_that_is_there_is_handed_to_the_app_with_a_place_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = checkout(tmp_path / "web2py")
    monkeypatch.chdir(tmp_path)
    for home in (environ["WEB2PY_HOME"], "web2py"):
        environ["WEB2PY_HOME"] = home
        assert checkouts.why_absent(APP, environ) == ""
        assert checkouts.surroundings(APP, Path("scratch"), environ) == {
            "WEB2PY_HOME": str(tmp_path / "web2py"),
            "TMPDIR": str(tmp_path / "scratch"),
        }
    assert checkouts.version(APP) == {"web2py": "3.3.3"}


def test_who_names_it_is_told_and_who_names_a_group_does_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_variant(tmp_path / "apps", VARIANT)
    monkeypatch.delenv("WEB2PY_HOME", raising=False)
    heard: list[BenchError] = []

    def names(*chosen: str, runnable: bool = True) -> list[str]:
        return [str(app) for app in discovery.choose(tmp_path / "apps", chosen, heard.append, runnable=runnable)]

    assert names() == names("default") == ["some"]
    assert names(runnable=False) == ["some", "web2py"]
    with pytest.raises(SetupError, match="web2py runs on a checkout of its framework"):
        names("some", "web2py")
    assert not heard
    monkeypatch.setenv("WEB2PY_HOME", str(tmp_path))
    assert names("default") == ["some"]
    assert "no checkout of web2py" in str(heard.pop())
    monkeypatch.setenv("WEB2PY_HOME", checkout(tmp_path / "there")["WEB2PY_HOME"])
    assert names("default") == names("some", "web2py") == ["some", "web2py"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("variable =", "varable =", "the key 'checkout.variable' is missing"),
        ('"3.3.3"', '"newest"', "the key 'checkout.version' is wrong"),
        ('version_file = "gluon/version.py", ', "", "the key 'checkout.version_file' is missing"),
    ],
)
def test_a_misspelt_checkout_is_said(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert said in complaint(with_variant(tmp_path, VARIANT.replace(old, new)))
