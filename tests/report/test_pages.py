"""What every page shares: templates in which foreign text is only text, and a policy that lets nothing else run."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from bench.report import pages


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    for name, text in (("one", "{{ quote }}{% include 'part.html' %}"), ("two", "{{ drawn|svg }}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / ("page.html" if name == "one" else "part.html")).write_text(text)
    return [tmp_path / "one", tmp_path / "two"]


def test_what_is_put_in_is_escaped_and_freed_of_control_characters(folders: list[Path]) -> None:
    page = pages.environment(*folders).get_template("page.html")
    assert page.render(quote='<b>"\x1b[2J\u202e', drawn="<svg/>") == "&lt;b&gt;&#34; [2J <svg/>"


def test_what_is_missing_is_an_error_and_no_gap(folders: list[Path]) -> None:
    with pytest.raises(UndefinedError, match="'quote' is undefined"):
        pages.environment(*folders).get_template("page.html").render()


def test_text_is_cleaned_however_deep() -> None:
    assert pages.clean({"a\x07": ["b\x1b", ("c\x00", 1, None)]}) == {"a ": ["b ", ["c ", 1, None]]}
    assert pages.clean(Markup("<b>\x07")) == Markup("<b>\x07")


def test_commands_in_a_sentence_are_code_and_foreign_text_in_them_stays_text() -> None:
    assert pages.coded("`make <x>`, or `ls`\x07 & a ` alone") == Markup(
        "<code>make &lt;x&gt;</code>, or <code>ls</code>  &amp; a ` alone"
    )


def test_without_a_script_none_may_run() -> None:
    assert "script-src" not in pages.policy("a {}")
    assert "script-src 'sha256-" in pages.policy("a {}", "1")
    assert pages.policy("a {}").startswith("default-src 'none'; style-src 'sha256-")
