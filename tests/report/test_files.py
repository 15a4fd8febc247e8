"""The files of a report: all that belong there, and none that an older report left."""

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bench.report import files
from tests.report import runs

FACES = {"report.html", "report.md", "summary.csv"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def images(folder: Path) -> list[object]:
    tokens = MarkdownIt("commonmark").parse((folder / "report.md").read_text("utf-8"))
    return [one.attrs["src"] for token in tokens for one in token.children or () if one.type == "image"]


def test_a_report_has_its_chart_beside_it(tmp_path: Path) -> None:
    files.write(runs.make(), tmp_path)
    assert names(tmp_path) == FACES | {"chart.svg"}
    assert images(tmp_path) == ["chart.svg"]


def test_a_chart_of_what_may_no_longer_be_ranked_goes(tmp_path: Path) -> None:
    files.write(runs.make(), tmp_path)
    files.write(runs.make(twin=0.2), tmp_path)
    assert names(tmp_path) == FACES
    assert images(tmp_path) == []


@pytest.mark.parametrize("twin", [0.0, 0.2])
def test_the_picture_that_reports_once_had_goes(tmp_path: Path, twin: float) -> None:
    (tmp_path / "chart.png").write_bytes(b"\x89PNG")
    files.write(runs.make(twin=twin), tmp_path)
    assert "chart.png" not in names(tmp_path)


def test_the_same_run_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        files.write(runs.make(), tmp_path / name)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
