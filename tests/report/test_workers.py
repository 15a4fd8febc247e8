"""What more workers give: in every face, and only where an app was served by several numbers of them."""

import io
from collections.abc import Mapping
from dataclasses import replace

from parsel import Selector
from rich.console import Console

from bench.analysis import derive
from bench.identity import SutKey
from bench.metrics import CALL_CPU, THROUGHPUT
from bench.report import beside, databases, declared, html, markdown, tables, terminal, view, workers
from bench.report.html import Drawings
from bench.store.results import Run
from tests import builders

MIB = 2**20


def run(rps: Mapping[int, float], *, rounds: int = 3, pss: int = 120 * MIB) -> Run:
    """Flask with so many workers each, of so many requests a second, and Django with one."""
    flasks = [
        builders.sut(f"flask-{count}w", key=SutKey("flask", workers=count), label=f"Flask ({count})") for count in rps
    ]
    speeds = dict(zip((sut.id for sut in flasks), rps.values(), strict=True)) | {"django": 500.0}
    seen = builders.steady(speeds, rounds, spread=0.001, memory_pss_bytes=pss, cpus=2)
    return derive.derive(builders.run([*flasks, builders.sut("django")], seen), lambda *_: None)


def test_each_number_of_workers_stands_beside_the_fewest() -> None:
    seen = run({4: 1900.0, 1: 1000.0})
    one, four = workers.rows(seen)
    assert one.cells == ("1", "2", "120 MiB [120-120]", "● 1.00x", "● 1.00x")
    assert four.cells[:3] == ("4", "2", "30 MiB [30-30]")
    assert all(cell.startswith("▲ 1.90x [1.9") or cell.startswith("▲ 1.90x [1.8") for cell in four.cells[3:])
    assert len(one.cells) == len(four.cells) == len(workers.HEADS + beside.heads(seen))


def test_an_app_with_one_number_of_workers_is_beside_nothing() -> None:
    assert list(workers.rows(run({2: 1900.0}))) == []


def test_calls_in_process_have_no_workers() -> None:
    seen = run({1: 1000.0, 2: 1900.0})
    assert [sut.id for sut in tables.asked(seen, CALL_CPU)] == ["flask-1w", "django"]
    assert len(tables.asked(seen, THROUGHPUT)) == 3
    assert list(tables.remarks(seen, CALL_CPU, (), limited=False)) == []


def test_what_an_app_declares_and_sends_is_said_once() -> None:
    seen = run({4: 1900.0, 1: 1000.0})
    assert [row.sut.id for row in declared.rows(seen)] == ["flask-4w", "django"]
    sent = replace(seen, suts=tuple(replace(sut, statements={"read-item": ("SELECT 1",)}) for sut in seen.suts))
    assert [sut.id for sut, _, _ in databases.statements(sent)] == ["flask-4w", "django"]


def test_what_a_run_does_not_say_is_left_open() -> None:
    one, two = workers.rows(run({1: 1000.0, 2: 1900.0}, rounds=1, pss=0))
    assert (one.cells[2], two.cells[2]) == ("-", "-")
    assert two.cells[3].endswith("1.90x"), "one round has no interval"
    _, once = workers.rows(run({1: 1000.0, 2: 1900.0}, rounds=1))
    assert once.cells[2] == "60 MiB"


def test_every_face_shows_it() -> None:
    shown = view.build(run({1: 1000.0, 2: 1900.0}))
    out = io.StringIO()
    terminal.show(shown, Console(file=out, width=200, color_system=None))
    page = Selector(html.render(shown, Drawings()))
    document = markdown.render(shown)
    assert page.css("#workers thead th::text").getall() == [
        *("SUT", "Workers", "CPUs", "PSS a worker", "In the one workload", "Read-item")
    ]
    for row in shown.worker_rows:
        assert page.css(f"#workers tr[data-sut='{row.sut.id}'] td::text").getall() == list(row.cells)
        assert f"| **{row.sut.label}** | {row.cells[0]} | {row.cells[1]} |" in document
        assert row.cells[2] in out.getvalue()
    assert workers.TITLE in out.getvalue()
    alone = view.build(run({2: 1900.0}))
    assert workers.TITLE not in html.render(alone, Drawings()) + markdown.render(alone)
