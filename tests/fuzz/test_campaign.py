"""All ways of fuzzing together: who gets how much, what is said, and that nothing is found in the apps."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.contract.seed import ROWS
from bench.databases.sqlite import SqliteDatabase
from bench.fuzz import bursts, campaign, draws, garbage, growth
from bench.fuzz.campaign import WAYS, Standing
from bench.fuzz.finding import Finding, Fuzzed, Step
from bench.fuzz.premises import Premises
from bench.model import App, Sut
from tests.commands import Command, sentence
from tests.fake_host import FakeHost
from tests.here import HERE

SEED = 20_261_128
FOUND = Finding("flask: a failure of its own: 500", ("sent  noise: \x1b[31m",))


@pytest.fixture
def faked(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many requests each way is asked for; one of them finds something."""
    asked: dict[str, int] = {}

    def way(name: str, *findings: Finding) -> object:
        def go(*_: object, requests: int, step: Step, **__: object) -> Fuzzed:
            asked[name] = requests
            step(0.5, "flask")
            return Fuzzed(requests, findings, (f"a note of {name}",))

        return go

    monkeypatch.setattr(campaign.comparing, "compare", way("compare"))
    monkeypatch.setattr(campaign.schema, "hold", way("schema"))
    monkeypatch.setattr(campaign.schema, "require", lambda: None)
    monkeypatch.setattr(campaign.raw, "send", way("raw", FOUND))
    monkeypatch.setattr(campaign.growth, "watch", way("growth"))
    monkeypatch.setattr(campaign.premises, "open_for", lambda *_: nowhere(FakeHost()))
    monkeypatch.setattr("bench.cli.fuzzing.prepare", lambda *_: None)
    return asked


@contextmanager
def nowhere(host: FakeHost) -> Iterator[Premises]:
    yield Premises(host, Path(), Path(), template=None)  # type: ignore[arg-type]


def test_requests_are_shared_out(faked: dict[str, int]) -> None:
    campaign.fuzz([], HERE, seed=1, requests=100_000)
    assert sum(faked.values()) == 100_000
    assert list(faked) == list(WAYS)
    campaign.fuzz([], HERE, seed=1, requests=5_000, ways=("raw",))
    assert faked["raw"] == 5_000


def test_time_left_is_guessed_by_the_pace_so_far(faked: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    host, stages = FakeHost(), list[Standing]()
    monkeypatch.setattr(campaign.premises, "open_for", lambda *_: nowhere(host))
    seconds = iter([0.0, 30.0, 90.0])
    monkeypatch.setattr(FakeHost, "now_s", lambda _: next(seconds))
    one, other = (WAYS[way].share * WAYS[way].request_s for way in ("compare", "raw"))
    campaign.fuzz([None], HERE, seed=1, requests=1000, ways=("compare", "raw"), watch=stages.append)  # type: ignore[list-item]
    assert [(stage.way, stage.doing, stage.done_s) for stage in stages] == [
        ("compare", "flask", 30.0),
        ("raw", "flask", 90.0),
    ]
    assert stages[0].left_s == pytest.approx(30 * (one / 2 + other) / (one / 2), rel=0.01)
    assert stages[1].left_s == pytest.approx(90 * (other / 2) / (one + other / 2), rel=0.01)


def test_what_was_found_is_printed_and_is_the_exit_code(faked: dict[str, int], bench: Command) -> None:
    done = bench("fuzz", "flask", "django", "--requests", "100", "--seed", "7")
    assert done.code == 1
    assert done.out.splitlines() == [
        "compare: 40 requests to each app",
        "  a note of compare",
        "schema: 10 requests to each app",
        "  a note of schema",
        "raw: flask: a failure of its own: 500",
        "  sent  noise:  [31m",
        "raw: 20 requests to each app",
        "  a note of raw",
        "growth: 30 requests to each app",
        "  a note of growth",
        "✗ 100 requests of seed 7 to each of flask and django: 1 finding",
    ]
    assert "left" in done.err


def test_nothing_found_is_said_too(faked: dict[str, int], bench: Command) -> None:
    done = bench("fuzz", "flask", "--way", "growth", "--way", "schema", "--requests", "4000")
    assert (done.code, done.out.splitlines()[-1]) == (0, "✓ 4,000 requests of seed 1 to each of flask: nothing found")
    assert list(faked) == ["schema", "growth"]


def test_one_app_cannot_be_told_from_others(bench: Command) -> None:
    assert sentence(bench("fuzz", "flask")).startswith("`compare` needs two apps or more")


@pytest.fixture(scope="module")
def suts(installed: dict[str, App]) -> list[Sut]:
    return [Sut.of(app) for app in installed.values()]


def nothing_found(suts: list[Sut], way: str, requests: int) -> None:
    (outcome,) = campaign.fuzz(suts, HERE, seed=SEED, requests=requests, ways=(way,)).values()
    assert outcome.findings == ()
    assert outcome.requests >= requests // 2


@pytest.mark.servers
@pytest.mark.parametrize(("way", "requests"), [("compare", 100), ("raw", 60)])
def test_nothing_is_found_in_the_apps(suts: list[Sut], way: str, requests: int) -> None:
    nothing_found(suts, way, requests)


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.parametrize(("way", "requests"), [("compare", 1000), ("schema", 200), ("raw", 500)])
def test_nor_by_many_more_requests(suts: list[Sut], way: str, requests: int) -> None:
    nothing_found(suts, way, requests)


@pytest.mark.slow
@pytest.mark.servers
def test_no_memory_goes_on_growing(suts: list[Sut]) -> None:
    nothing_found(suts, "growth", 8000)


@pytest.mark.servers
def test_a_server_is_watched_as_it_grows(installed: dict[str, App], monkeypatch: pytest.MonkeyPatch) -> None:
    create, noise = draws.kinds(hardened=False)["create"], bursts.KINDS["noise"]
    monkeypatch.setattr(growth.draws, "kinds", lambda *, hardened: {"create": create})
    monkeypatch.setattr(growth.bursts, "KINDS", {"noise": noise})
    collecting, rows, collect = list[int](), set[int](), garbage.collect

    def counted(ports: Path, pids: Iterable[int]) -> None:
        (table,) = ports.parent.rglob("wsgi.db")
        rows.add(len(SqliteDatabase(table, table).rows()))
        collecting.append(sum((ports / str(pid)).exists() for pid in pids))
        collect(ports, pids)

    monkeypatch.setattr(growth.garbage, "collect", counted)
    (outcome,) = campaign.fuzz([Sut.of(installed["wsgi"])], HERE, seed=SEED, requests=1, ways=("growth",)).values()
    assert outcome.findings == ()
    assert outcome.requests >= 2 * growth.FEWEST
    assert outcome.notes[0].startswith("wsgi: memory grew by ")
    assert rows == {ROWS}  # what was created is gone at each look
    assert min(collecting) >= 2  # of Granian the process that was started, and its worker
