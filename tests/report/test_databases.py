"""Databases side by side: a cell for each, and the database's share apart; nothing where there is one database."""

import io
from dataclasses import replace

from rich.console import Console

from bench.analysis import derive
from bench.identity import SutKey
from bench.metrics import CALL_CPU, DATABASE_CPU, THROUGHPUT
from bench.report import database_cpu, databases, drawings, html, markdown, tables, terminal, view
from bench.store.results import Cell, Run
from tests import builders

SENT = {"read-item": ("SELECT 1", "SELECT <name>"), "json": ()}
KEYS = {
    "wsgi": SutKey("wsgi"),
    "flask": SutKey("flask"),
    "flask-postgresql": SutKey("flask", database="postgresql"),
    "flask-mysql": SutKey("flask", database="mysql"),
}
FIRST, SECOND = "1,000/s, 500 µs", "▼ 0.500x [0.500-0.500], 500/s, 500 + 200 µs"


def measured(*ids: str) -> Run:
    """Each of these on paper: on a served database it does half as much, and the database takes 200 µs a request. The
    twin is of the first in the first two rounds, and then of the last: 1 % apart from the one, 3 % from the other.
    """
    suts = [replace(builders.sut(name), key=KEYS[name]) for name in ids]
    rounds = []
    for number, twin_of, apart in ((1, ids[0], 1.01), (2, ids[0], 1.01), (3, ids[-1], 1.03)):
        cells = [cell(name) for name in ids]
        twin = cell(twin_of, apart)
        rounds.append(builders.one_round(number, [*cells, replace(twin, sut="twin")], twin_of=twin_of))
    return derive.derive(builders.run(suts, rounds, (builders.READ,)), lambda *_: None)


def cell(name: str, apart: float = 1.0) -> Cell:
    if KEYS[name].database == "sqlite":
        return builders.cell(name, rps=1000 * apart, cpu_us=500)
    return builders.cell(name, rps=500 * apart, cpu_us=500, database_cpu_ns=round(500 * apart) * 200_000)


def test_where_there_is_only_the_usual_database_nothing_is_shown() -> None:
    run = measured("wsgi", "flask")
    assert (databases.heads(run), list(databases.rows(run)), list(databases.statements(run))) == ((), [], [])
    page = view.build(run)
    assert (list(databases.remarks(run)), database_cpu.strips(page)) == ([], [])
    assert databases.TITLE not in markdown.render(page)
    assert 'id="database"' not in html.render(page, html.Drawings())


def test_each_app_has_a_cell_for_each_database_with_its_ratio_to_the_first_and_the_databases_share_apart() -> None:
    run = measured("wsgi", "flask", "flask-postgresql")
    assert databases.heads(run) == ("SQLite", "PostgreSQL")
    assert [(row.label, row.workload, row.cells) for row in databases.rows(run)] == [
        ("wsgi", "read-item", (FIRST, "not offered")),
        ("flask", "read-item", (FIRST, SECOND)),
    ]


def test_a_share_that_is_not_known_is_a_question_mark() -> None:
    run = measured("flask", "flask-postgresql")
    unknown = replace(run, measurements=tuple(one for one in run.measurements if "database" not in one.metric))
    (row,) = databases.rows(unknown)
    assert row.cells[1].endswith("500 + ? µs")


def test_what_failed_has_no_figure() -> None:
    run = measured("flask", "flask-postgresql")
    broken = replace(run, measurements=tuple(one for one in run.measurements if one.sut == "flask"), comparisons=())
    (row,) = databases.rows(broken)
    assert row.cells[1] == "no figure"


def test_servers_of_several_workers_have_rows_of_their_own() -> None:
    run = measured("flask", "flask-postgresql")
    more = [replace(sut, id=f"{sut.id}-2w", key=replace(sut.key, workers=2)) for sut in run.suts]
    assert [row.label for row in databases.rows(replace(run, suts=(*run.suts, *more)))] == ["flask", "flask, 2 workers"]


def test_how_far_two_copies_came_out_apart_is_said_of_each_database() -> None:
    assert list(databases.remarks(measured("flask", "flask-postgresql"))) == [
        "In throughput, two copies of one app came out apart by 1.0% on SQLite (2 rounds) and 3.0% on PostgreSQL "
        "(1 round)."
    ]


def test_who_shares_the_servers_cpus_is_said() -> None:
    run = measured("flask", "flask-postgresql", "flask-mysql")
    settings = {"sqlite": {}, "postgresql": {"server": "private"}, "mysql": {"server": "DATABASE_URL"}}
    own = replace(run, environment=replace(run.environment, database_settings=settings))
    assert next(iter(databases.remarks(own))) == (
        "The server of PostgreSQL was started for this run and shares the CPUs of the apps' servers."
    )
    both = {**settings, "mysql": {"server": "private"}}
    assert next(
        iter(databases.remarks(replace(run, environment=replace(run.environment, database_settings=both))))
    ) == ("The servers of PostgreSQL and MariaDB were started for this run and share the CPUs of the apps' servers.")


def test_the_picture_shows_server_and_database_apart_the_cheapest_first() -> None:
    (strip,) = database_cpu.strips(view.build(measured("flask-postgresql", "flask")))
    assert strip.title == "CPU of one request: read-item"
    assert [(line.label, line.figure) for line in strip.lines] == [
        ("Flask 1.0", "500 µs"),
        ("Flask-Postgresql 1.0", "500 + 200 µs"),
    ]
    assert [[(round(point.value), point.shape) for point in line.points] for line in strip.lines] == [
        [(500, "disc")],
        [(500, "disc"), (200, "diamond")],
    ]
    assert strip.domain[0] == 0


def test_whose_share_is_not_known_is_not_drawn() -> None:
    run = measured("flask", "flask-postgresql")
    unknown = replace(run, measurements=tuple(one for one in run.measurements if "database" not in one.metric))
    (strip,) = database_cpu.strips(view.build(unknown))
    assert [line.label for line in strip.lines] == ["Flask 1.0"]


def test_a_database_without_processes_has_no_row_among_those_that_have() -> None:
    run = measured("wsgi", "flask", "flask-postgresql", "flask-mysql")
    assert [sut.id for sut in tables.asked(run, DATABASE_CPU)] == ["flask-postgresql", "flask-mysql"]
    table = next(table for table in view.build(run).tables if table.metric == DATABASE_CPU)
    assert [row.sut.id for row in table.rows] == ["flask-postgresql", "flask-mysql"]
    assert {cell.figure for row in table.rows for cell in row.cells} == {"200 µs"}
    assert table.baseline == "flask-postgresql"


def test_processes_that_changed_are_the_reason_for_a_missing_share() -> None:
    run = measured("flask", "flask-postgresql", "flask-mysql")
    more = replace(run, workloads=(*run.workloads, builders.MIX))
    table = next(table for table in view.build(more).tables if table.metric == DATABASE_CPU)
    assert {row.cells[1].note for row in table.rows} == {"the processes of the database changed under load"}


def test_who_is_never_called_in_process_has_no_row_there() -> None:
    run = measured("flask", "flask-postgresql")
    assert [sut.id for sut in tables.asked(run, CALL_CPU)] == ["flask"]
    assert [sut.id for sut in tables.asked(run, THROUGHPUT)] == ["flask", "flask-postgresql"]
    assert list(tables.remarks(run, CALL_CPU, (), limited=False)) == [" On SQLite alone."]
    for metric in (THROUGHPUT, DATABASE_CPU):
        assert list(tables.remarks(run, metric, (), limited=False)) == []


def test_both_faces_show_the_same_with_what_is_sent() -> None:
    run = measured("flask", "flask-postgresql")
    run = replace(run, suts=(run.suts[0], replace(run.suts[1], statements=SENT, round_trips={"read-item": 3})))
    assert [(counts, more) for _, counts, more in databases.statements(run)] == [
        (("json 0 (0)", "read-item 2 in 3 (1)"), ("read-item: SELECT 1; SELECT <name>",))
    ]
    page = view.build(run)
    for face, sent in (
        (markdown.render(page), "SELECT &#60;name&#62;"),
        (html.render(page, drawings.draw(page)), "SELECT &lt;name&gt;"),
    ):
        for words in (databases.TITLE, databases.STATEMENTS_TITLE, "500 + 200 µs", "read-item 2 in 3 (1)", sent):
            assert words in face
        assert "two copies of one app came out apart by 1.0% on SQLite" in face


def test_what_is_sent_to_the_usual_database_is_shown_without_others() -> None:
    run = measured("wsgi", "flask")
    page = html.render(
        view.build(replace(run, suts=(replace(run.suts[0], statements=SENT), run.suts[1]))), html.Drawings()
    )
    assert 'href="#database"' in page
    assert databases.STATEMENTS_TITLE in page
    assert databases.TITLE not in page


def test_a_terminal_shows_them_too() -> None:
    out = io.StringIO()
    terminal.show(view.build(measured("flask", "flask-postgresql")), Console(file=out, width=160))
    text = out.getvalue()
    assert databases.TITLE in text
    assert SECOND in text
    assert "1.0% on SQLite" in " ".join(text.split())
