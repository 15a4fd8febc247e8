"""Plans: the same again for the same seed, and fair to every SUT."""

from dataclasses import replace

import pytest

from bench.contract import workloads
from bench.contract.operations import left_out
from bench.errors import UsageError
from bench.measure import plan
from bench.measure.plan import Plan
from bench.measure.profiles import PROFILES
from bench.model import App
from tests import builders

APPS = tuple(builders.app(name) for name in ("cherrypy", "django", "flask", "wsgi"))
QUICK = PROFILES["quick"]


def make(seed: int = 7, apps: tuple[App, ...] = APPS, profile: plan.Profile = QUICK) -> Plan:
    return plan.make(profile, apps, seed)


def test_a_seed_gives_the_same_rounds_again_and_another_gives_others() -> None:
    rounds = [plan.round_plan(make(), number) for number in range(1, 9)]
    assert rounds == [plan.round_plan(make(), number) for number in range(1, 9)]
    assert rounds != [plan.round_plan(make(seed=8), number) for number in range(1, 9)]


def test_a_round_has_the_same_order_whichever_was_planned_before() -> None:
    """So that a run that was interrupted goes on as it would have."""
    alone = plan.round_plan(make(), 5)
    for number in (1, 2, 3):
        plan.round_plan(make(), number)
    assert plan.round_plan(make(), 5) == alone


def test_every_round_has_every_sut_and_every_workload_once() -> None:
    plan_ = make()
    for number in range(1, 20):
        ahead = plan.round_plan(plan_, number)
        assert sorted(sut.id for sut in ahead.suts) == ["cherrypy", "django", "flask", "wsgi"]
        assert sorted(workload.id for workload in ahead.workloads) == sorted(QUICK.workloads)
        assert [workload.id for workload in ahead.open_workloads] == ["crud-mix"]


def test_orders_differ_between_rounds_and_favour_nobody() -> None:
    plan_ = make()
    rounds = [plan.round_plan(plan_, number) for number in range(1, 241)]
    assert len({tuple(sut.id for sut in one_round.suts) for one_round in rounds}) == 24, "every order comes up"
    firsts = [one_round.suts[0].id for one_round in rounds]
    assert all(35 <= firsts.count(sut.id) <= 85 for sut in plan_.suts)
    assert len({tuple(workload.id for workload in ahead.workloads) for ahead in rounds}) > 100
    assert len({one_round.seed for one_round in rounds}) == 240


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 12345])
def test_the_twin_goes_round_all_suts_in_turn(seed: int) -> None:
    plan_ = make(seed)
    twins = [plan.round_plan(plan_, number).twin_of.id for number in range(1, 9)]
    assert sorted(twins[:4]) == ["cherrypy", "django", "flask", "wsgi"]
    assert twins[:4] == twins[4:]


def test_the_load_of_a_round_is_the_same_for_all_and_adds_up() -> None:
    plan_ = make()
    turns = (len(QUICK.workloads) * (QUICK.turns + QUICK.warm_up_turns) + QUICK.first_turns) * QUICK.slice_s
    load_s = (4 + 1) * (turns + QUICK.open_turns * QUICK.open_slice_s)
    assert replace(plan_, crawl_pages=0).round_load_s() == pytest.approx(load_s)
    crawled_s = (4 + 2) * QUICK.crawl_pages / 400 * QUICK.crawl_rounds / QUICK.rounds
    assert plan_.round_load_s() == pytest.approx(load_s + crawled_s), "the static copy too, in the rounds with a crawl"


@pytest.mark.parametrize(
    ("servers", "ids"),
    [
        ("common", ["flask", "wsgi"]),
        ("native", ["flask-gunicorn", "wsgi-cheroot"]),
        ("both", ["flask", "flask-gunicorn", "wsgi", "wsgi-cheroot"]),
    ],
)
def test_suts_are_apps_behind_the_servers_asked_for(servers: plan.Servers, ids: list[str]) -> None:
    apps = (builders.app("flask"), builders.app("wsgi", native_server="cheroot"))
    plan_ = make(apps=apps, profile=replace(QUICK, servers=servers))
    assert [sut.id for sut in plan_.suts] == ids
    assert {sut.server for sut in plan_.suts} <= {"granian", "gunicorn", "cheroot"}


@pytest.mark.parametrize("servers", ["native", "both"])
def test_an_app_that_is_its_own_server_is_measured_on_it_once(servers: plan.Servers) -> None:
    apps = (builders.app("aiohttp", interface="own", native_server="own"),)
    assert [sut.id for sut in make(apps=apps, profile=replace(QUICK, servers=servers)).suts] == ["aiohttp-own"]


@pytest.mark.parametrize("servers", ["common", "native", "both"])
def test_an_app_whose_users_deploy_the_common_server_is_measured_on_it_once(servers: plan.Servers) -> None:
    apps = (builders.app("starlette", interface="asgi", native_server="granian"),)
    plan_ = make(apps=apps, profile=replace(QUICK, servers=servers))
    assert [(sut.id, sut.server) for sut in plan_.suts] == [("starlette", "granian")]


def test_the_floor_is_the_baseline_where_it_is_measured() -> None:
    assert make().baseline == "wsgi"
    assert make(apps=APPS[:2]).baseline == "cherrypy"
    assert make(profile=replace(QUICK, servers="native")).baseline == "wsgi-gunicorn"
    assert plan.make(QUICK, APPS, 1, baseline="flask").baseline == "flask"
    with pytest.raises(UsageError, match="'nope' is not among what is measured: cherrypy, django, flask, wsgi"):
        plan.make(QUICK, APPS, 1, baseline="nope")


def test_of_two_floors_that_of_wsgi_is_the_baseline() -> None:
    asynchronous = [builders.app(name, interface="asgi", native_server="granian") for name in ("asgi", "starlette")]
    assert make(apps=[*asynchronous, *APPS]).baseline == "wsgi"
    assert make(apps=asynchronous[::-1]).baseline == "asgi"


def test_chosen_workloads_replace_the_profiles_own_and_its_arrivals() -> None:
    plan_ = plan.make(QUICK, APPS, 1, chosen=("browse", "crud-mix"))
    assert [workload.id for workload in plan_.workloads] == ["browse", "crud-mix"]
    assert [workload.id for workload in plan_.open_workloads] == ["crud-mix"]
    assert plan.make(QUICK, APPS, 1, chosen=("browse",)).open_workloads == ()
    assert plan.make(QUICK, APPS, 1, rates=False).open_workloads == ()
    with pytest.raises(UsageError, match="no workload called 'nope'; there are: plaintext, json"):
        plan.make(QUICK, APPS, 1, chosen=("browse", "nope"))


def test_an_optional_workload_is_in_full_alone_where_an_app_offers_it() -> None:
    name, (one, *others) = "check-order", [replace(app, unsupported=left_out(())) for app in APPS]
    some, none = [replace(one, unsupported={}), *others], [one, *others]
    full = plan.make(PROFILES["full"], some, 1)
    assert name in [workload.id for workload in full.workloads]
    assert left_out(()).keys() == full.asked - plan.make(PROFILES["full"], none, 1).asked
    for profile in PROFILES.values():
        plan_ = plan.make(profile, some, 1)
        assert (name in plan_.asked) == (name in plan_.called) == (profile.name == "full"), profile.name
    assert name in plan.make(QUICK, some, 1, chosen=(name,)).called
    assert plan.make(QUICK, some, 1, operations=(name,)).called == (name,)
    for wanted in ({"chosen": (name,)}, {"operations": (name,)}):
        with pytest.raises(UsageError, match=r"^None of the apps offers check-order; `python -m bench list` shows"):
            plan.make(QUICK, none, 1, **wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_profiles_are_sound(profile: plan.Profile) -> None:
    known = {workload.id for workload in workloads.WORKLOADS}
    assert PROFILES[profile.name] is profile
    assert set(profile.workloads) <= known
    assert set(profile.open_workloads) <= set(profile.workloads), "their rates come from the closed loop"
    assert profile.rounds <= profile.most_rounds
    assert profile.rounds or profile.micro_rounds, "a profile measures something"
    assert bool(profile.rounds) == bool(profile.workloads)
    assert set(profile.capacity_workloads) <= set(profile.workloads)
    plan_ = make(profile=profile)
    assert plan_.round_load_s() * profile.rounds < profile.budget_s


def test_a_crawl_is_in_the_first_rounds_and_where_it_is_asked_for() -> None:
    quick = make()
    assert quick.crawl_pages == QUICK.crawl_pages > 0
    counts = [plan.round_plan(quick, number).crawl_pages for number in range(1, QUICK.crawl_rounds + 2)]
    assert counts == [QUICK.crawl_pages] * QUICK.crawl_rounds + [0]
    assert plan.make(QUICK, APPS, 7, chosen=("read-item",)).crawl_pages == 0
    alone = plan.make(QUICK, APPS, 7, chosen=("crawl",))
    assert (alone.workloads, alone.crawl_pages) == ((), QUICK.crawl_pages)
    smoke = plan.make(PROFILES["smoke"], APPS, 7, chosen=("crawl", "json"))
    assert ([workload.id for workload in smoke.workloads], smoke.crawl_pages > 0) == (["json"], True)
    assert plan.round_plan(smoke, 1).crawl_pages == smoke.crawl_pages


def test_servers_have_as_many_workers_as_asked_where_they_can() -> None:
    apps = (builders.app("flask"), builders.app("cherrypy", native_server="cheroot"))
    plan_ = plan.make(replace(QUICK, servers="both"), apps, 7, workers=(1, 2))
    assert [sut.id for sut in plan_.suts] == [
        *("flask", "flask-2w", "flask-gunicorn", "flask-gunicorn-2w"),
        *("cherrypy", "cherrypy-2w", "cherrypy-cheroot"),
    ]
    assert plan_.most_workers == 2


def test_what_waits_for_a_service_comes_last_and_is_not_called_in_process() -> None:
    plan_ = plan.make(PROFILES["full"], APPS, 1)
    waiting = {"slow-upstream-10", "slow-upstream-100", "slow-upstream-1000"}
    for number in (1, 2, 3):
        names = [workload.id for workload in plan.round_plan(plan_, number).workloads]
        assert set(names[-3:]) == waiting
    assert "slow-upstream" in plan_.asked - set(plan_.called)
    with pytest.raises(UsageError, match=r"^slow-upstream is not called in process: its answers wait for a service"):
        plan.make(QUICK, APPS, 1, operations=("json", "slow-upstream"))
