"""What a network did to a run: nothing that was its limit is printed as a server's."""

from dataclasses import replace
from typing import Any

import pytest

from bench.analysis import derive, limits
from bench.analysis.network import between
from bench.environment import Network
from bench.report import view
from bench.store.results import Run
from tests import builders

QUICK = Network(0.0001, 0.0002, 200, 1e9, 1e9, 0.0)


def run(network: Network | None, cpu_us: float = 400.0, **flask: Any) -> Run:
    """Sixteen users: 700 requests a second to flask, which uses a part of a CPU for them, and 100 to the floor."""
    seen = [builders.cell("flask", rps=700, cpu_us=cpu_us, **flask), builders.cell("wsgi", rps=100)]
    rounds = [builders.one_round(number, seen) for number in (1, 2, 3)]
    between_two = replace(builders.ENVIRONMENT, network=network)
    measured = builders.run([builders.sut("wsgi"), builders.sut("flask")], rounds, environment=between_two)
    return derive.derive(measured, lambda *_: None)


def throughput(seen: Run, sut: str) -> tuple[bool, str | None]:
    (one,) = [one for one in seen.measurements if (one.sut, one.metric) == (sut, "throughput_rps")]
    return one.at_least, one.note


def test_on_one_machine_nobody_asks() -> None:
    assert between(run(None)) is None


def test_a_quick_network_limits_nothing() -> None:
    seen = run(QUICK)
    check = between(seen)
    assert check is not None
    assert (check.status, check.value) == ("pass", pytest.approx(700 * 0.0001 / 16))
    assert check.detail.startswith("a round trip takes 100 µs, 99 % within 200 µs; one connection carried 1,000 MB/s")
    assert throughput(seen, "flask") == (False, None)


def test_where_most_users_wait_for_the_network_a_throughput_is_at_least_so_much() -> None:
    seen = run(replace(QUICK, round_trip_p50_s=0.02))
    check = between(seen)
    assert check is not None
    assert (check.status, check.value) == ("warn", pytest.approx(700 * 0.02 / 16))
    assert check.detail.endswith('; the round trip may have held down flask in read-item, printed as "at least"')
    assert throughput(seen, "flask") == (True, "the network may have been the limit")
    assert throughput(seen, "wsgi") == (False, None), "100 a second are no more than the way allows"
    table = view.build(seen).tables[0]
    assert "the generator or the network may have been the limit" in table.legend
    (cell,) = [row.cells[0] for row in table.rows if row.sut.id == "flask"]
    assert (str(cell.figure).startswith("at least "), cell.note) == (True, "the network may have been the limit")


FULL: dict[str, Any] = {"sent_bytes": 700 * 100, "received_bytes": 700 * 3000}


@pytest.mark.parametrize(
    ("to_servers_bytes_s", "from_servers_bytes_s", "share"),
    [(1e9, 2.5e6, 700 * 3066 / 2.5e6), (1e9, 1e6, 700 * 3066 / 1e6), (140e3, 1e9, 700 * 166 / 140e3)],
    ids=["answers", "more than one connection carried", "requests"],
)
def test_where_answers_or_requests_fill_the_way_a_throughput_is_at_least_so_much(
    to_servers_bytes_s: float, from_servers_bytes_s: float, share: float
) -> None:
    thin = replace(QUICK, to_servers_bytes_s=to_servers_bytes_s, from_servers_bytes_s=from_servers_bytes_s)
    seen = run(thin, **FULL)
    check = between(seen)
    assert check is not None
    assert (check.status, check.value, check.limit) == ("warn", pytest.approx(share), limits.FILLED)
    assert check.detail.endswith('; the bandwidth may have held down flask in read-item, printed as "at least"')
    assert throughput(seen, "flask") == (True, "the network may have been the limit")
    assert throughput(seen, "wsgi") == (False, None), "its cells do not say their bytes, as older ones do not"


def test_a_way_that_has_room_left_limits_nothing() -> None:
    seen = run(replace(QUICK, from_servers_bytes_s=700 * 3066 / 0.79), **FULL)
    check = between(seen)
    assert check is not None
    assert (check.status, check.value, check.limit) == ("pass", pytest.approx(0.79), limits.FILLED)
    assert throughput(seen, "flask") == (False, None)


def test_each_limit_of_a_network_names_its_own_cells() -> None:
    seen = run(replace(QUICK, round_trip_p50_s=0.1, from_servers_bytes_s=2e6), **FULL)
    check = between(seen)
    assert check is not None
    assert 'the bandwidth may have held down flask in read-item, printed as "at least"' in check.detail
    assert 'the round trip may have held down wsgi in read-item, printed as "at least"' in check.detail


@pytest.mark.parametrize("narrow", [{"round_trip_p50_s": 0.02}, {"from_servers_bytes_s": 1e6}])
def test_a_server_that_has_no_cpu_left_is_the_limit_itself(narrow: dict[str, float]) -> None:
    assert throughput(run(replace(QUICK, **narrow), cpu_us=1e6 / 700, **FULL), "flask") == (False, None)


def test_a_network_that_loses_segments_is_told() -> None:
    check = between(run(replace(QUICK, resent_share=0.01)))
    assert check is not None
    assert (check.status, "1.0% of the segments again" in check.detail) == ("warn", True)


def test_the_report_names_both_machines_and_what_is_between_them() -> None:
    seen = run(QUICK)
    other = builders.GENERATOR
    seen = replace(seen, environment=replace(seen.environment, generator=other))
    facts = dict(view.build(seen).environment)
    assert facts["Machine of the generator"] == "Small CPU, 4 cores, 2 GiB, 6.12, CPython 3.12.1"
    assert facts["Network"] == QUICK.spoken
    assert not {"Machine of the generator", "Network"} & dict(view.build(run(None)).environment).keys()
