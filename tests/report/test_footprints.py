"""The footprint's lines of code: what a report may say of them depends on what its run has counted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from parsel import Selector

from bench.report import footprints, html, markdown, view
from bench.report.html import Drawings
from bench.store import storage
from bench.store.footprints import Footprint
from bench.store.results import Run
from tests import builders

NEWER = Footprint("flask", 0.1, 0.2, 2**25, 2**24, 12, 500, {"validation": 60, "template": 40})
BARE = Footprint("wsgi", 0.1, 0.2, 2**25, 2**24, 2, 300, {})
OLDER = replace(NEWER, group_lines=None)


def run(*sizes: Footprint, **changes: Any) -> Run:
    suts = [replace(builders.sut(size.sut), **changes) for size in sizes]
    return builders.run(suts, footprints=sizes)


def test_lines_of_groups_stand_apart_where_they_were_counted_apart() -> None:
    newer = run(NEWER, BARE)
    assert [row.figures[-1] for row in footprints.rows(newer)] == ["400 + 100 in 2 groups", "300"]
    assert footprints.legend(newer).startswith("Lines of code are those of the core + those in files that serve")


def test_an_older_run_says_that_it_counted_them_together() -> None:
    older = run(OLDER)
    assert [row.figures[-1] for row in footprints.rows(older)] == ["500"]
    assert "which this run did not tell apart" in footprints.legend(older)


def test_who_shares_a_folder_is_said_where_there_is_anybody() -> None:
    assert footprints.legend(run(NEWER, variant_of="flask")).endswith("count for every SUT of its folder.")
    assert "folder" not in footprints.legend(run(NEWER))


@pytest.mark.parametrize("size", [NEWER, OLDER])
def test_every_face_that_has_the_table_says_it(size: Footprint) -> None:
    shown = view.build(run(size))
    page = Selector(html.render(shown, Drawings()))
    assert page.css("#footprint .legend::text").get() == footprints.legend(shown.run)
    assert page.css("#footprint td::text").getall()[-1] == shown.sizes[0].figures[-1]
    document = markdown.render(shown)
    assert f"\n{footprints.legend(shown.run)}\n" in document
    assert f" {shown.sizes[0].figures[-1]} |\n" in document


def test_what_a_run_counted_is_stored(tmp_path: Path) -> None:
    stored = run(NEWER, BARE)
    assert storage.load(storage.save(stored, tmp_path)).footprints == stored.footprints
    without = storage.as_json(run(OLDER)).decode().replace(',"group_lines":null', "")
    assert storage.parse(without, "it").footprints == (OLDER,)
    assert (NEWER.core_lines, OLDER.core_lines) == (400, 500)
