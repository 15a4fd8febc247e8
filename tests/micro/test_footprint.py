"""What counts as a line of an app."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.micro import footprint
from tests import builders


@pytest.mark.parametrize("kind", ["py", "html", "tpl", "mako", "jinja", "jinja2", "j2", "yml", "yaml"])
def test_code_and_templates_count_whatever_language_they_are_in(tmp_path: Path, kind: str) -> None:
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / f"page.{kind}").write_bytes(b"<p>\n\n  # a comment\n  {{ name }} \xff\n")
    (tmp_path / "app.toml").write_text("label = 'x'\n")
    assert footprint.lines(replace(builders.app("flask"), folder=tmp_path)) == 2
