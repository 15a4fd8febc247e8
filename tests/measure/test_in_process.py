"""The sessions in process of a run: which are done, and that each is saved."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.environment import Throttling
from bench.measure import in_process, plan
from bench.measure.plan import Plan
from bench.measure.profiles import PROFILES
from bench.measure.progress import Progress, Watch
from bench.micro.campaign import Work
from bench.micro.sessions import Setting
from bench.model import Failure, Sut
from bench.store import storage
from bench.store.results import MicroRound, Run
from tests import builders
from tests.databases.memory import MemoryTemplate
from tests.fake_host import FakeHost

APPS = [builders.app("wsgi"), builders.app("flask")]
PROFILE = replace(PROFILES["micro"], micro_rounds=3)


class Campaign:
    """Sessions that take no time; interrupted in round `stops_in`."""

    def __init__(self, stops_in: int = 0) -> None:
        self.stops_in = stops_in
        self.unsized: tuple[str, ...] = ()
        self.failing: tuple[str, ...] = ()
        self.asked: list[tuple[int, Work]] = []

    def one_round(
        self, suts: Sequence[Sut], number: int, seed: int, setting: Setting, work: Work, tell: object
    ) -> MicroRound:
        if number == self.stops_in:
            raise KeyboardInterrupt
        self.asked.append((number, work))
        medians = {sut.id: {"json": {"cpu": 10.0, "wall": 11.0}} for sut in suts}
        return MicroRound(number, "wsgi", medians, tuple(Failure(sut, "in process", "no") for sut in self.failing))

    def footprints(self, *_: object) -> list[Failure]:
        return [Failure(sut, "footprint", "it does not load") for sut in self.unsized]


def do(
    campaign: Campaign,
    planned: Plan,
    begun: Run,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    watch: Watch = lambda _: None,
    host: FakeHost | None = None,
) -> Run:
    monkeypatch.setattr(in_process, "campaign", campaign)
    host = host or FakeHost(throttled=(Throttling(10 * n, 3 * n) for n in itertools.count()))
    setting = Setting(0.01, host, folder, folder, folder / "micro", MemoryTemplate())
    return in_process.do(planned, begun, setting, lambda run: run, watch)


def test_every_round_is_done_and_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_ = plan.make(PROFILE, APPS, 1, operations=("json",))
    begun = builders.run([builders.sut("wsgi")], workloads=())
    with pytest.raises(KeyboardInterrupt):
        do(Campaign(stops_in=3), plan_, begun, tmp_path, monkeypatch)
    kept = storage.load(tmp_path)
    assert [session.number for session in kept.micro] == [1, 2]
    again = Campaign()
    done = do(again, plan_, kept, tmp_path, monkeypatch)
    assert [session.number for session in done.micro] == [1, 2, 3]
    assert {session.throttling for session in done.micro} == {Throttling(10, 3)}
    assert again.asked == [(3, Work(("json",)))]
    assert {workload.kind for workload in done.workloads} == {"micro"}


def test_instructions_are_counted_in_the_first_rounds_timed_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = builders.run([builders.sut("wsgi")], workloads=())
    for timed, counted, expected in (
        (2, 1, [(True, True), (True, False)]),
        (1, 2, [(True, True), (False, True)]),
        (0, 1, [(False, True)]),
    ):
        profile = replace(PROFILE, micro_rounds=timed, instruction_rounds=counted)
        campaign = Campaign()
        do(campaign, plan.make(profile, APPS, 1), begun, tmp_path, monkeypatch)
        assert [(work.timed, work.counted) for _, work in campaign.asked] == expected


def test_an_app_without_a_footprint_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sessions may be well; where they are not, they say why."""
    campaign = Campaign()
    campaign.unsized, campaign.failing = ("wsgi", "flask"), ("flask",)
    plan_ = plan.make(PROFILE, APPS, 1, operations=("json",))
    done = do(campaign, plan_, builders.run([builders.sut("wsgi")], workloads=()), tmp_path, monkeypatch)
    failures = [[(failure.sut, failure.workload) for failure in one.failures] for one in done.micro]
    assert failures == [[("flask", "in process"), ("wsgi", "footprint")], *[[("flask", "in process")]] * 2]


def test_nothing_is_done_where_nothing_is_planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = builders.run([builders.sut("wsgi")])
    for profile in (replace(PROFILE, micro_rounds=0), replace(PROFILE, servers="native")):
        plan_ = plan.make(profile, APPS, 1)
        assert do(Campaign(), plan_, begun, tmp_path, monkeypatch) == begun
        assert in_process.left_s(plan_, begun, FakeHost()) == 0.0


def test_the_time_left_is_learned_from_the_rounds_that_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_ = plan.make(PROFILE, APPS, 1)
    begun = builders.run([builders.sut("wsgi")], workloads=())
    host = FakeHost(now=100.0)
    guess = in_process.left_s(plan_, begun, host)
    seen: list[Progress] = []

    class Slow(Campaign):
        """Rounds that take twice as long as was guessed; heard of at the beginning and in the middle."""

        def one_round(self, *arguments: Any) -> MicroRound:
            for _ in range(2):
                arguments[-1]("wsgi")
                host.now += guess / 3
            return super().one_round(*arguments)

    do(Slow(), plan_, begun, tmp_path, monkeypatch, seen.append, host)
    assert {(at.doing, at.rounds, at.in_process) for at in seen} == {("wsgi", 3, True)}
    assert [at.done_s for at in seen] == pytest.approx([step * guess / 3 for step in range(6)])
    assert [(at.round, at.left_s / guess) for at in seen] == [
        (n, pytest.approx(left)) for n, left in ((1, 1), (1, 2 / 3), (2, 4 / 3), (2, 1), (3, 2 / 3), (3, 1 / 3))
    ]


def test_the_time_left_shrinks_with_the_rounds() -> None:
    plan_ = plan.make(PROFILE, APPS, 1)
    begun = builders.run([builders.sut("wsgi")])
    one = replace(begun, micro=(MicroRound(1, "wsgi", {}),))
    assert 0 < in_process.left_s(plan_, one, FakeHost()) < in_process.left_s(plan_, begun, FakeHost())
    counting = plan.make(replace(PROFILE, instruction_rounds=2), APPS, 1)
    assert in_process.left_s(counting, begun, FakeHost()) > in_process.left_s(plan_, begun, FakeHost()) + 20


def test_an_app_that_is_its_own_server_has_no_session() -> None:
    begun = builders.run([builders.sut("wsgi")])
    own = builders.app("aiohttp", interface="own", native_server="own")
    with_it, without = plan.make(PROFILE, [APPS[0], own], 1), plan.make(PROFILE, [APPS[0]], 1)
    assert len(with_it.suts) == len(without.suts) + 1
    assert in_process.left_s(with_it, begun, FakeHost()) == in_process.left_s(without, begun, FakeHost())


def test_an_interface_costs_a_session_of_its_null_application() -> None:
    begun = builders.run([builders.sut("wsgi")])
    one, two = (
        plan.make(PROFILE, [APPS[0], builders.app("starlette", interface=interface)], 1)
        for interface in ("wsgi", "asgi")
    )
    assert in_process.left_s(two, begun, FakeHost()) == pytest.approx(in_process.left_s(one, begun, FakeHost()) * 5 / 4)
