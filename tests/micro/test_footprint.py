"""What counts as a line of an app, and for what."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.micro import footprint
from bench.suts import manifest
from bench.workspace import ROOT
from tests import builders

OFFERED = ("validation", "template")
MANY = ("validation", "template", "large-body", "upstream", "stream")


@pytest.mark.parametrize("kind", ["py", "html", "tpl", "mako", "jinja", "jinja2", "j2", "yml", "yaml"])
def test_code_and_templates_count_whatever_language_they_are_in(tmp_path: Path, kind: str) -> None:
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / f"page.{kind}").write_bytes(b"<p>\n\n  # a comment\n  {{ name }} \xff\n")
    (tmp_path / "app.toml").write_text("label = 'x'\n")
    assert footprint.lines(replace(builders.app("flask"), folder=tmp_path)) == {"core": 2}


def test_files_that_serve_an_optional_group_alone_count_apart(tmp_path: Path) -> None:
    for name, count in (("shop.py", 8), ("labels.py", 4), ("labels.html", 2), ("price_lists.py", 1)):
        (tmp_path / name).write_text("x = 1\n" * count)
    app = replace(builders.app("flask"), folder=tmp_path)
    offered = replace(app, groups=OFFERED)
    assert footprint.lines(offered) == {"core": 8, "validation": 0, "template": 6}, "price lists are not offered"
    assert footprint.lines(app) == {"core": 8}, "nor is anything else"


@pytest.mark.parametrize("name", ["flask_app", "drf_app", "ninja_app"])
def test_our_own_apps_keep_what_a_group_needs_in_files_of_its_own(name: str) -> None:
    counts = footprint.lines(manifest.load(ROOT / "apps" / name))
    assert set(counts) == {"core", *MANY}
    assert min(counts.values()) > 0
    assert counts["core"] > sum(counts[group] for group in MANY)
