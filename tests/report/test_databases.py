"""Databases side by side: a cell for each, and the database's share apart; nothing where there is one database."""

from dataclasses import replace

from bench.analysis import derive
from bench.identity import SutKey
from bench.metrics import CALL_CPU, THROUGHPUT
from bench.report import databases, html, markdown, tables, view
from bench.store.results import Run
from tests import builders

SENT = {"read-item": ("SELECT 1", "SELECT <name>"), "json": ()}


def measured(*ids: str) -> Run:
    """Each of these on paper: its database's processes take 200 µs a request, where they are known."""
    keys = {
        "wsgi": SutKey("wsgi"),
        "flask": SutKey("flask"),
        "flask-postgresql": SutKey("flask", database="postgresql"),
    }
    suts = [replace(builders.sut(name), key=keys[name]) for name in ids]
    rounds = []
    for number in (1, 2, 3):
        cells = [
            builders.cell(name, rps=1000, cpu_us=500, database_cpu_ns=200_000_000 if "postgresql" in name else None)
            for name in ids
        ]
        rounds.append(builders.one_round(number, cells, twin_of=None))
    return derive.derive(builders.run(suts, rounds, (builders.READ,)), lambda *_: None)


def test_where_there_is_only_the_usual_database_nothing_is_shown() -> None:
    run = measured("wsgi", "flask")
    assert (databases.heads(run), list(databases.rows(run)), list(databases.statements(run))) == ((), [], [])
    page = view.build(run)
    assert databases.TITLE not in markdown.render(page)
    assert databases.TITLE not in html.render(page, html.Drawings())


def test_each_app_has_a_cell_for_each_database_and_the_databases_share_stands_apart() -> None:
    run = measured("wsgi", "flask", "flask-postgresql")
    assert databases.heads(run) == ("SQLite", "PostgreSQL")
    assert [(row.label, row.workload, row.cells) for row in databases.rows(run)] == [
        ("wsgi", "read-item", ("1,000/s ± 0.0%, 500 µs", "not offered")),
        ("flask", "read-item", ("1,000/s ± 0.0%, 500 µs", "1,000/s ± 0.0%, 500 + 200 µs")),
    ]


def test_a_share_that_is_not_known_is_a_question_mark() -> None:
    run = measured("flask", "flask-postgresql")
    unknown = replace(run, measurements=tuple(one for one in run.measurements if "database" not in one.metric))
    (row,) = databases.rows(unknown)
    assert row.cells[1] == "1,000/s ± 0.0%, 500 + ? µs"


def test_what_failed_has_no_figure() -> None:
    run = measured("flask", "flask-postgresql")
    broken = replace(run, measurements=tuple(one for one in run.measurements if one.sut == "flask"))
    (row,) = databases.rows(broken)
    assert row.cells[1] == "no figure"


def test_who_is_never_called_in_process_has_no_row_there() -> None:
    run = measured("flask", "flask-postgresql")
    assert [sut.id for sut in tables.asked(run, CALL_CPU)] == ["flask"]
    assert [sut.id for sut in tables.asked(run, THROUGHPUT)] == ["flask", "flask-postgresql"]
    assert list(tables.remarks(run, CALL_CPU, (), limited=False)) == [" On SQLite alone."]
    assert list(tables.remarks(run, THROUGHPUT, (), limited=False)) == []


def test_both_faces_show_the_same_with_what_is_sent() -> None:
    run = measured("flask", "flask-postgresql")
    run = replace(run, suts=(run.suts[0], replace(run.suts[1], statements=SENT)))
    assert [(counts, more) for _, counts, more in databases.statements(run)] == [
        (("json 0 (0)", "read-item 2 (1)"), ("read-item: SELECT 1; SELECT <name>",))
    ]
    page = view.build(run)
    for face, sent in (
        (markdown.render(page), "SELECT &#60;name&#62;"),
        (html.render(page, html.Drawings()), "SELECT &lt;name&gt;"),
    ):
        for words in (databases.TITLE, databases.STATEMENTS_TITLE, "500 + 200 µs", "read-item 2 (1)", sent):
            assert words in face
