"""A run looks at itself: each check passes, and each can be made to complain."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from bench.analysis import audit, derive, limits
from bench.estimate import unbounded
from bench.identity import SutKey, WorkloadKey
from bench.model import TWIN, Failure
from bench.store.described import WorkloadInfo
from bench.store.planned import Planned
from bench.store.results import Cell, Check, Noise, Round, Run
from tests import builders
from tests.builders import MIX, READ, READ_OPEN, cell, one_round, sut

WSGI, FLASK = sut("wsgi"), sut("flask")
OPEN_ID = "read-item-open"
OPEN = {"requests": 500, "response_p50_s": 0.002, "lag_p99_s": 0.0001, "service_p50_s": 0.00195}


def healthy(**changes: Any) -> Run:
    """Nothing is wrong with it; `changes` are made in flask's closed loop."""
    changes = {"cpu_us": 990.0} | changes
    cells = [cell("wsgi", rps=2000), cell("flask", **changes), cell(TWIN, rps=2010), cell("flask", OPEN_ID, **OPEN)]
    return of(one_round(n, cells) for n in (1, 2, 3))


def of(rounds: Iterable[Round]) -> Run:
    run = builders.run([WSGI, FLASK], tuple(rounds), (READ, MIX, READ_OPEN))
    return derive.derive(run, lambda *_: None)


def check(run: Run, name: str) -> Check:
    (match,) = [check for check in audit.checks(run) if check.id == name]
    return match


def test_all_is_well_with_a_healthy_run() -> None:
    checks = audit.checks(healthy())
    assert {check.status for check in checks} == {"pass"}
    assert [check.id for check in checks] == [
        "contract",
        "errors",
        "noise-floor",
        "generator-headroom",
        "saturation",
        "littles-law",
        "send-lag",
        "backlog",
        "reconnects",
    ]
    assert all(check.title and check.detail for check in checks)


def test_an_app_that_was_not_verified_fails_the_run() -> None:
    outcome = check(replace(healthy(), plan=Planned(verified=("wsgi",))), "contract")
    assert (outcome.status, outcome.value, outcome.detail) == ("fail", 1, "not verified: flask")
    assert "120 answers were checked under load" in check(healthy(), "contract").detail


def test_clauses_that_an_app_lacks_are_named_where_the_contract_is() -> None:
    run = healthy()
    suts = tuple(replace(sut, not_hardened={"huge-id": "500"}) if sut.id == "flask" else sut for sut in run.suts)
    outcome = check(replace(run, suts=suts), "contract")
    assert outcome.status == "pass"
    assert "every clause of the core (of the group hardening, flask lacks huge-id) before" in outcome.detail


def test_errors_fail_the_run_and_the_first_are_told() -> None:
    failures = tuple(Failure("flask", f"w{n}", f"reason {n}") for n in range(5))
    outcome = check(replace(healthy(), failures=failures), "errors")
    assert (outcome.status, outcome.value) == ("fail", 5)
    assert "flask, w0: reason 0" in outcome.detail
    assert "reason 4" not in outcome.detail


@pytest.mark.parametrize(("floor", "status"), [(0.0499, "pass"), (0.05, "pass"), (0.0501, "fail")])
def test_a_noise_floor_above_the_limit_withholds_the_ranking(floor: float, status: str) -> None:
    noise = (Noise("cpu_us_per_request", unbounded(0.01)), Noise("throughput_rps", unbounded(floor)))
    outcome = check(replace(healthy(), noise=noise), "noise-floor")
    assert (outcome.status, outcome.value) == (status, floor)
    assert ("the ranking is withheld" in outcome.detail) == (status == "fail")


def test_noise_in_latency_withholds_no_ranking() -> None:
    noise = (Noise("throughput_rps", unbounded(0.01)), Noise("response_p99_s", unbounded(0.9)))
    assert check(replace(healthy(), noise=noise), "noise-floor").status == "pass"


@pytest.mark.parametrize(("own", "status"), [(0.79, "pass"), (0.81, "warn")])
def test_a_busy_generator_is_told_and_its_figures_become_lower_bounds(own: float, status: str) -> None:
    run = healthy(generator_cpu_ns=round(own * 1e9))
    outcome = check(run, "generator-headroom")
    assert (outcome.status, outcome.value) == (status, pytest.approx(own))
    assert "flask in read-item" in outcome.detail
    assert ("at least" in outcome.detail) == (status == "warn")
    cells = run.sound_cells()
    assert limits.held_down(cells["flask", "read-item"]) == (status == "warn")
    assert not limits.held_down(cells["wsgi", "read-item"])


@pytest.mark.parametrize(("cpu_us", "status"), [(901.0, "pass"), (899.0, "warn")])
def test_a_server_with_cpu_to_spare_was_not_at_its_limit(cpu_us: float, status: str) -> None:
    outcome = check(healthy(cpu_us=cpu_us), "saturation")
    assert (outcome.status, outcome.value) == (status, pytest.approx(cpu_us / 1000))
    assert "of a CPU (flask, read-item)" in outcome.detail


def test_a_server_of_four_workers_is_saturated_when_four_cpus_are_busy() -> None:
    busy, idle = (check(healthy(cpu_us=cpu_us, cpus=4), "saturation") for cpu_us in (3900.0, 3560.0))
    assert (busy.status, idle.status) == ("pass", "warn")
    assert "89% of its 4 CPUs (flask, read-item)" in idle.detail


@pytest.mark.parametrize(("database_us", "status"), [(500.0, "pass"), (400.0, "warn")])
def test_a_server_that_waits_for_its_database_on_the_same_cpu_is_at_its_limit(database_us: float, status: str) -> None:
    outcome = check(served("private", database_cpu_ns=round(database_us * 1e6)), "saturation")
    assert (outcome.status, outcome.value) == (status, pytest.approx((450 + database_us) / 1000))
    assert "of a CPU, its database included (flask-mysql, read-item)" in outcome.detail


def test_a_server_whose_databases_cpu_time_is_not_known_is_not_asked_for_it() -> None:
    outcome = check(served("DATABASE_URL", database_cpu_ns=None), "saturation")
    assert outcome.status == "pass"
    assert outcome.detail.endswith("(wsgi, read-item)")


def served(server: str, **changes: Any) -> Run:
    """An app on a database with processes, and its twin; 450 µs of a request are the app's own."""
    mysql = sut("flask-mysql", key=SutKey("flask", database="mysql"))
    cells = [cell("wsgi", cpu_us=990.0), *(cell(name, cpu_us=450.0, **changes) for name in (mysql.id, TWIN))]
    rounds = tuple(one_round(n, cells, twin_of=mysql.id) for n in (1, 2, 3))
    bare = builders.run([WSGI, mysql], rounds, (READ,))
    here = replace(bare.environment, database_settings={"sqlite": {}, "mysql": {"server": server}})
    return derive.derive(replace(bare, environment=here), lambda *_: None)


@pytest.mark.parametrize(("waited_s", "status"), [(12.0, "pass"), (11.5, "pass"), (11.3, "warn"), (12.7, "warn")])
def test_littles_law_finds_time_that_went_uncounted(waited_s: float, status: str) -> None:
    check_ = check(healthy(held_s=12.0, waited_s=waited_s), "littles-law")
    assert check_.status == status, "by the 12 users that took part on average, not by the 16 that there are"
    assert check_.value == pytest.approx(abs(waited_s / 12 - 1), abs=1e-3)


def test_older_cells_that_do_not_say_how_long_users_waited_say_nothing_of_the_law() -> None:
    older = [one_round(1, [cell("flask", held_s=None, waited_s=None)])]
    assert "littles-law" not in {check.id for check in audit.checks(of(older))}


@pytest.mark.parametrize(("lag_s", "status"), [(0.00019, "pass"), (0.00021, "warn")])
def test_a_generator_that_sends_late_is_told(lag_s: float, status: str) -> None:
    cells = [cell("flask"), cell("flask", OPEN_ID, **OPEN | {"service_p50_s": 0.002 - lag_s})]
    outcome = check(of(one_round(n, cells) for n in (1, 2)), "send-lag")
    assert (outcome.status, outcome.value) == (status, pytest.approx(lag_s / 0.002))


def test_a_rate_that_is_too_high_is_no_lag_of_the_generator() -> None:
    late = {"lag_p99_s": 0.5, "service_p50_s": 0.05, "response_p50_s": 0.1}
    piled = [cell("flask"), cell("flask", OPEN_ID, **OPEN | late | {"backlog": 64})]
    calm = [cell("wsgi"), cell("wsgi", OPEN_ID, **OPEN | {"backlog": 1, "lag_p99_s": 1e-5})]
    run = of(one_round(n, [*piled, *calm]) for n in (1, 2))
    assert check(run, "send-lag").status == "pass"
    assert "the rate was too high for flask in read-item-open" in check(run, "backlog").detail


@pytest.mark.parametrize(("backlog", "status"), [(32, "pass"), (33, "warn")])
def test_a_server_that_cannot_keep_up_with_arrivals_is_told(backlog: int, status: str) -> None:
    cells = [cell("flask"), cell("flask", OPEN_ID, **OPEN | {"backlog": backlog})]
    outcome = check(of(one_round(n, cells) for n in (1, 2)), "backlog")
    assert (outcome.status, outcome.value, outcome.limit) == (status, backlog, 32)


def test_of_many_that_are_too_slow_a_few_are_named() -> None:
    slow = [f"app{n}" for n in range(6)]
    cells = [cell(name, workload, **OPEN | {"backlog": 64}) for name in slow for workload in ("read-item", OPEN_ID)]
    run = builders.run([sut(name) for name in slow], (one_round(1, cells),), (READ, READ_OPEN))
    detail = check(run, "backlog").detail
    assert detail.endswith(f"too high for app0 in {OPEN_ID}, app1 in {OPEN_ID}, app2 in {OPEN_ID} and 3 more")


@pytest.mark.parametrize(("count", "status"), [(0, "pass"), (1, "warn")])
def test_connections_that_were_lost_are_told(count: int, status: str) -> None:
    run = healthy()
    first = run.rounds[0]
    changed = replace(first, cells=(replace(first.cells[0], reconnects=count), *first.cells[1:]))
    outcome = check(replace(run, rounds=(changed, *run.rounds[1:])), "reconnects")
    assert (outcome.status, outcome.value) == (status, count)


def test_what_cannot_be_known_is_not_judged() -> None:
    """One round and no twin, no open loop, no word on steal; then nothing at all."""
    ids = {check.id for check in audit.checks(of([one_round(1, [cell("flask")], twin_of=None)]))}
    judged = {"contract", "errors", "generator-headroom", "saturation", "littles-law", "reconnects"}
    assert ids == judged
    assert {check.id for check in audit.checks(of([]))} == {"contract", "errors", "reconnects"}


def test_failed_cells_are_not_judged_twice() -> None:
    broken = cell("flask", response_mean_s=9.0, generator_cpu_ns=10**9)
    rounds = [one_round(n, [cell("wsgi"), broken], failures=(builders.failure("flask"),)) for n in (1, 2)]
    run = of(rounds)
    assert check(run, "errors").status == "fail"
    assert check(run, "littles-law").status == check(run, "generator-headroom").status == "pass"


@pytest.mark.parametrize(
    ("changes", "wrong", "dropped", "reason"),
    [
        ({}, (), None, None),
        ({}, (), "no answer within 5.1 s", "no answer within 5.1 s"),
        ({"errors": {"status 500": 2, "reset": 1}}, (), None, "errors: 1 x reset, 2 x status 500"),
        ({}, ("GET /items/1: price", "more"), None, "a wrong answer under load: GET /items/1: price"),
        ({"requests": 0}, (), None, "no request was answered"),
        (
            {"response_p50_s": 0.0, "requests": 99, "busy_s": 2.0, "cpu_ns": 900_000_000},
            (),
            None,
            "at most 50 requests a second over 8 connections, too few for these slices: does something block, or is "
            "the machine busy?",
        ),
        (
            {"response_p50_s": 0.0, "requests": 99, "busy_s": 2.0, "cpu_ns": 1_900_000_000},
            (),
            None,
            "at most 50 requests a second over 8 connections, too few for these slices: its CPU was busy all the time",
        ),
        ({"cpu_ns": 0}, (), None, "no CPU time was seen in its processes"),
        ({"cpu_ns": -5}, (), None, "no CPU time was seen in its processes"),
        ({"response_p99_s": 0.001}, (), None, "percentiles out of order"),
        ({"errors": {"reset": 1}}, ("x",), "dropped", "dropped"),
    ],
)
def test_a_cell_audits_itself(changes: dict[str, Any], wrong: tuple[str, ...], dropped: str, reason: str) -> None:
    one: Cell = cell("flask", **changes)
    expected = Failure("flask", "read-item", reason) if reason else None
    assert audit.failure(one, wrong, dropped, connections=8) == expected


def quiet(*, older: bool = False, **seen: Any) -> Check:
    """The check on what servers did besides answering, where this was seen of Flask's."""
    usual: dict[str, Any] = {"threads_left": 0, "logged_bytes": 0} | ({} if older else {"files_changed": ()})
    cells = [cell("wsgi", **usual), cell("flask", **usual | seen)]
    return check(of([one_round(1, cells)]), "quiet-servers")


def test_a_server_that_does_more_than_answer_is_named_with_what_it_did() -> None:
    wrote = quiet(logged_bytes=10**6)
    assert (wrote.status, wrote.detail) == ("warn", "flask wrote a log under load")
    filed = quiet(files_changed=("cache/a", "cache/b"), threads_left=audit.THREADS_LIMIT + 1)
    assert (filed.status, filed.value) == ("warn", 1)
    assert filed.detail == (
        "flask left threads running; files changed under load beside the code or database of flask (cache/a)"
    )


def test_of_servers_that_only_answer_no_more_is_said_than_was_looked_at() -> None:
    sound, older = quiet(), quiet(older=True)
    assert (sound.status, older.status) == ("pass", "pass")
    assert older.detail == "no server wrote a line for each request, or left many threads running"
    assert sound.detail == f"{older.detail}, and none changed a file beside its code or database"


def test_a_server_whose_answers_wait_for_a_service_need_not_be_busy() -> None:
    waits = WorkloadInfo.of(
        WorkloadKey("slow-upstream-10", "closed"), "Waits", "slow-upstream", 10, operations=("slow-upstream",)
    )
    cells = [cell("flask", cpu_us=990.0), cell("flask", waits.id, rps=20, cpu_us=500.0)]
    run = builders.run([WSGI, FLASK], (one_round(1, cells), one_round(2, cells)), (READ, waits))
    outcome = check(derive.derive(run, lambda *_: None), "saturation")
    assert outcome.status == "pass"
    assert "in a closed loop without a service to wait for used 99% of a CPU (flask, read-item)" in outcome.detail
