"""`bench run` from wishes to report: what is refused, what is done in which order, and what is left of an early end.

Servers, rounds, report and machine are fakes; storing is real.
"""

import contextlib
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bench.analysis import derive
from bench.analysis.sent import Sent
from bench.contract.violation import Violation
from bench.databases.sqlite import Sqlite
from bench.environment import Environment
from bench.errors import (
    BenchError,
    Busy,
    LoadError,
    ManifestError,
    NothingChanged,
    ServerError,
    SetupError,
    StorageError,
    UsageError,
)
from bench.host.lock import alone
from bench.load.team import MeetingPlace, Team
from bench.measure import run, session, verification
from bench.measure.ground import Ground
from bench.measure.plan import Plan
from bench.measure.profiles import PROFILES
from bench.measure.progress import Progress, Watch
from bench.measure.wishes import Wishes
from bench.model import App, Sut
from bench.store import archive, storage
from bench.store.planned import Planned
from bench.store.results import Run
from bench.suts import discovery, editions, environments
from bench.workspace import Workspace
from tests import builders
from tests.fake_host import FakeHost

APPS = tuple(builders.app(name) for name in ("django", "flask", "wsgi"))
BAD = Violation("create-item", "POST /items", "201", "500 \x1b]0;pwned\x07")
ODD = Violation("huge-id", "GET /items/99", "404", "500")


@dataclass
class World:
    """What the session finds, and what it did."""

    place: Workspace
    environment: Environment = builders.ENVIRONMENT
    versions: str = "1.0"
    programs: dict[str, str] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    sent: dict[str, Sent] = field(default_factory=dict)
    unready: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    violations: list[Violation] = field(default_factory=lambda: [BAD] * 5)
    ends: BaseException | None = None
    rounds_before_end: int = 2
    differing: tuple[App, ...] = APPS[1:2]
    did: list[str] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def measure(self, **wishes: Any) -> tuple[Run, Path]:
        return session.measure(Wishes(**wishes), "python -m bench run", self.place, self)

    def host(self) -> FakeHost:
        return FakeHost(environment=self.environment, programs=self.programs)

    @property
    def folder(self) -> Path:
        return self.place.results

    def prepare(self, apps: Sequence[App], state: Path, leave_out: Any = None) -> Iterator[App]:
        self.did.append(f"prepare {' '.join(map(str, apps))}")
        for app in apps:
            if app.name in self.unready:
                error = SetupError(f"The environment of {app} could not be made.")
                if leave_out is None:
                    raise error
                leave_out(app, error)
        return iter(apps[:1])

    def compares(self, sentence: str) -> None:
        self.heard.append(sentence)

    def leaves_out(self, error: ManifestError) -> None:
        self.heard.append(str(error))

    def environment_made(self, whose: str) -> None:
        self.heard.append(f"made {whose}")

    def verifying(self, suts: Sequence[Sut]) -> None:
        self.heard.append(f"verifying {' '.join(sut.id for sut in suts)}")

    def violated(self, sut: Sut, violations: Sequence[Violation]) -> None:
        self.heard.append(f"{sut.id}: {len(violations)} violations")

    def progress(self, progress: Progress) -> None:
        self.heard.append(progress.doing)

    def kept(self, partial: Run, folder: Path) -> None:
        assert storage.load(folder) == partial
        self.heard.append(f"kept {len(partial.rounds)} rounds")

    def nothing_kept(self) -> None:
        self.heard.append("nothing kept")

    def verify(
        self,
        suts: Sequence[Sut],
        workspace: Workspace,
        progress: object,
        *,
        note_sent: Callable[[Sut, Sent], None],
        leave_out: Any,
    ) -> dict[str, list[Violation]]:
        self.did.append(f"verify {' '.join(sut.id for sut in suts)}")
        for sut in suts:
            if sut.id in self.down:
                error = ServerError(f"{sut.id} ended with exit code 1 before it was ready.")
                if leave_out is None:
                    raise error
                leave_out(sut, error)
            elif sut.id in self.sent:
                note_sent(sut, self.sent[sut.id])
        return {sut.id: self.violations if sut.id in self.broken else [] for sut in suts if sut.id not in self.down}

    def execute(self, plan: Plan, begun: Run, folder: Path, workspace: Workspace, ground: Ground, watch: Watch) -> Run:
        self.did.append(f"measure from round {len(begun.rounds) + 1}")
        self.plans.append(plan)
        watch(Progress("read-item", 1, plan.profile.rounds, 0.0, 1.0))
        count = self.rounds_before_end if self.ends else plan.profile.rounds
        speeds = {sut.id: 1000.0 for sut in plan.suts}
        rounds = tuple(builders.steady(speeds, count, workload=plan.workloads[0].id))
        done = derive.derive(replace(begun, rounds=rounds), lambda *_: None)
        storage.save(done, folder)
        if self.ends:
            raise self.ends
        done = replace(done, run=replace(done.run, status="complete"))
        storage.save(done, folder)
        return done


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    here = World(builders.workspace(tmp_path))
    monkeypatch.setattr(discovery, "discover", lambda folder, *_, **__: APPS)
    monkeypatch.setattr(session.local, "host", lambda *_: contextlib.nullcontext(here.host()))
    monkeypatch.setattr(verification, "verify_suts", here.verify)
    monkeypatch.setattr(run, "execute", here.execute)
    monkeypatch.setattr(environments, "prepare", here.prepare)
    monkeypatch.setattr(environments, "versions", lambda app, names, state: dict.fromkeys(names, here.versions))
    return here


@pytest.fixture
def interrupted(world: World) -> World:
    """A run that was ended after two rounds."""
    world.ends = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        world.measure(apps="flask,wsgi", chosen="read-item,browse", count=4, seed=5, kind="both", baseline="flask")
    world.ends = None
    world.did.clear()
    world.heard.clear()
    return world


def test_apps_are_prepared_then_verified_then_measured(world: World) -> None:
    done, folder = world.measure(profile="ci")
    assert world.did == [
        "prepare django flask wsgi",
        "verify django flask wsgi",
        "measure from round 1",
    ]
    assert world.heard == ["made django", "verifying django flask wsgi", "read-item"]
    assert folder == world.folder / done.run.id
    assert archive.latest(world.folder) == folder
    assert storage.load(folder).run.status == "complete"
    assert done.plan.verified == ("django", "flask", "wsgi")


def test_a_floor_beside_which_no_framework_would_stand_is_measured_on_request_only(
    older: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asgi = builders.app("asgi", interface="asgi", native_server="granian")
    monkeypatch.setattr(discovery, "discover", lambda folder, *_, **__: (asgi, *APPS))
    older.measure(profile="smoke")
    older.measure(profile="smoke", apps="asgi,flask")
    assert [call for call in older.did if call.startswith("prepare")] == [
        "prepare django flask wsgi",
        "prepare asgi flask",
    ]
    older.did.clear()
    older.measure(against="main")
    assert older.did[0].startswith("line up asgi django flask wsgi"), "it may be what differs"


def test_wishes_override_the_profile(world: World) -> None:
    apps, workloads = "wsgi, flask_app,flask,,", "browse,browse"
    world.measure(apps=apps, chosen=workloads, count=2, seed=0, baseline="flask", kind="both")
    (plan,) = world.plans
    assert [sut.id for sut in plan.suts] == ["wsgi", "wsgi-gunicorn", "flask", "flask-gunicorn"]
    assert ([workload.id for workload in plan.workloads], plan.seed, plan.baseline) == (["browse"], 0, "flask")
    assert (plan.profile.rounds, plan.profile.most_rounds, plan.profile.name) == (2, 2, "quick")


def test_instructions_are_counted_on_request_where_they_can_be(world: World) -> None:
    world.measure(apps="wsgi")
    world.programs["valgrind"] = "valgrind-3.19.0\n"
    world.measure(apps="wsgi", instructions=True)
    world.measure(profile="ci", apps="wsgi", instructions=True, count=2)
    rounds = [(plan.profile.micro_rounds, plan.profile.instruction_rounds) for plan in world.plans]
    usual = PROFILES["quick"].micro_rounds
    assert rounds == [(usual, 0), (usual, 3), (0, 3)]
    before = list(world.did)
    world.programs.clear()
    with pytest.raises(UsageError, match="valgrind, which is not installed here"):
        world.measure(apps="wsgi", instructions=True)
    assert world.did == before, "told before anything is done"


def test_what_is_verified_is_what_is_measured_servers_included(world: World) -> None:
    world.measure(apps="flask", kind="both")
    assert "verify flask flask-gunicorn" in world.did


def test_seeds_differ_unless_one_is_given(world: World) -> None:
    for _ in range(2):
        world.measure(apps="wsgi")
    assert world.plans[0].seed != world.plans[1].seed


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({"workers": "1,none"}, "--workers takes numbers from 1 to 64, as in 1,2,4, and not 'none'"),
        ({"workers": "0"}, "and not '0'"),
        ({"workers": ","}, "--workers names nothing"),
        ({"apps": "nope"}, "no app called 'nope'"),
        ({"apps": ""}, "--apps names nothing"),
        ({"apps": " , "}, "--apps names nothing"),
        ({"chosen": ""}, "--workloads names nothing"),
        ({"chosen": "read-item,nope"}, "no workload called 'nope'"),
        ({"baseline": "nope"}, "'nope' is not among what is measured"),
        ({"apps": "flask", "baseline": "wsgi"}, "'wsgi' is not among what is measured: flask"),
        ({"resume": ""}, "There is no run ''"),
        ({"resume": "nope"}, "There is no run 'nope'"),
        ({"resume": "latest"}, "There is no run in"),
        ({"listen": "here"}, "--listen takes an address and a port"),
        ({"web": "here"}, "--web takes a port, or ADDRESS:PORT"),
        ({"resume": "latest", "web": ""}, "--web takes a port, or ADDRESS:PORT"),
        ({"resume": "latest", "apps": "flask"}, r"--resume goes on .* leave out --apps\.$"),
    ],
)
def test_nonsense_is_refused_before_anything_is_done(world: World, wishes: dict[str, Any], expected: str) -> None:
    with pytest.raises(BenchError, match=expected):
        world.measure(**wishes)
    assert world.did == []
    assert list(world.folder.glob("*")) == []


def test_a_wrong_name_is_told_whoever_else_measures(world: World) -> None:
    with alone(world.place.lock):
        with pytest.raises(UsageError, match="no app called 'nope'"):
            world.measure(apps="nope")
        with pytest.raises(Busy):
            world.measure()


def test_flags_that_do_not_go_with_resume_are_called_as_the_user_calls_them(world: World) -> None:
    with pytest.raises(UsageError, match="leave out --profile, --workloads, --server, --rounds, --seed"):
        world.measure(resume="latest", profile="quick", chosen="a", count=1, kind="both", seed=0)


def test_a_folder_that_takes_nothing_is_told_before_anybody_waits(world: World) -> None:
    world.folder.write_text("a file")
    with pytest.raises(StorageError, match="Nothing can be stored in"):
        world.measure()
    assert world.did == []


def test_a_broken_app_is_refused_with_its_first_violations(world: World) -> None:
    world.broken = ("flask",)
    with pytest.raises(BenchError, match=r"breaking the contract: flask\. `python -m bench verify flask` shows"):
        world.measure(apps="flask")
    assert world.did[-1].startswith("verify")
    assert list(world.folder.glob("*")) == []
    assert world.heard[-1] == "flask: 5 violations"


def test_who_breaks_the_contract_is_left_out_and_the_others_are_measured(world: World) -> None:
    world.broken = ("flask",)
    done, _ = world.measure(profile="ci")
    assert "flask: 5 violations" in world.heard
    assert "flask breaks the contract. `python -m bench verify flask` shows all of it." in world.heard
    assert [sut.id for sut in done.suts] == ["django", "wsgi"]
    assert done.plan.absent == {"flask": "flask breaks the contract."}
    assert done.plan.verified == ("django", "wsgi")


def test_what_is_broken_is_said_and_the_others_are_measured(world: World) -> None:
    world.unready, world.down = ("wsgi",), ("django",)
    done, _ = world.measure(profile="ci")
    assert world.did[1:] == ["verify django flask", "measure from round 1"]
    assert "The environment of wsgi could not be made." in world.heard
    assert "django ended with exit code 1 before it was ready." in world.heard
    assert [sut.id for sut in done.suts] == ["flask"]
    assert done.plan.absent == {"wsgi": "wsgi is broken.", "django": "django is broken."}
    assert (done.plan.verified, done.baseline) == (("flask",), "flask")


def test_a_server_that_does_not_come_up_takes_its_app_out_behind_that_server_only(world: World) -> None:
    world.down = ("flask-gunicorn",)
    done, _ = world.measure(apps="flask,wsgi", kind="both")
    assert [sut.id for sut in done.suts] == ["flask", "wsgi", "wsgi-gunicorn"]


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"apps": "flask"}, "The environment of flask could not be made"),
        ({"apps": "django"}, "django ended with exit code 1"),
        ({"baseline": "flask"}, "The baseline 'flask' is not among what is measured: django, wsgi"),
    ],
)
def test_where_nothing_is_left_or_the_baseline_is_missing_the_run_ends(
    world: World, wishes: dict[str, str], said: str
) -> None:
    world.unready, world.down = ("flask",), ("django",)
    with pytest.raises(BenchError, match=said):
        world.measure(**wishes)
    assert list(world.folder.glob("*")) == []


def test_an_interrupted_run_goes_on_with_all_that_it_had_or_not_at_all(interrupted: World) -> None:
    interrupted.down = ("wsgi-gunicorn",)
    with pytest.raises(ServerError, match="wsgi-gunicorn ended"):
        interrupted.measure(resume="latest")
    interrupted.unready = ("flask",)
    with pytest.raises(SetupError, match="environment of flask"):
        interrupted.measure(resume="latest")


def test_an_app_that_only_lacks_hardening_is_measured_and_the_run_says_what(world: World) -> None:
    world.broken = ("flask",)
    world.violations = [replace(ODD, request="GET /items/1"), ODD, replace(ODD, clause="body-nesting")]
    done, folder = world.measure(profile="ci")
    suts = {sut.id: sut.not_hardened for sut in storage.load(folder).suts}
    assert suts["flask"] == {
        "huge-id": "GET /items/1: 500 instead of 404",
        "body-nesting": f"{ODD.request}: 500 instead of 404",
    }
    assert suts["wsgi"] == {}
    assert "flask: 3 violations" in world.heard
    assert "flask lacks huge-id, body-nesting" in next(check.detail for check in done.checks if check.id == "contract")


def test_what_was_seen_to_be_sent_is_stored_with_each_sut(world: World) -> None:
    world.sent = {"flask": Sent({"read-item": ["SELECT 1", "SELECT id"]}, {"read-item": 3})}
    _, folder = world.measure(profile="ci")
    assert {sut.id: (sut.statements, sut.round_trips) for sut in storage.load(folder).suts} == {
        "django": ({}, {}),
        "flask": ({"read-item": ("SELECT 1", "SELECT id")}, {"read-item": 3}),
        "wsgi": ({}, {}),
    }


def test_an_app_that_breaks_behind_one_server_is_told_with_that_server(world: World) -> None:
    world.broken = ("flask-gunicorn",)
    done, _ = world.measure(apps="flask,wsgi", kind="both")
    assert any("`python -m bench verify flask --server gunicorn` shows all" in heard for heard in world.heard)
    assert [sut.id for sut in done.suts] == ["flask", "wsgi", "wsgi-gunicorn"]


def test_nobody_is_left_out_of_a_run_that_goes_on(interrupted: World) -> None:
    interrupted.broken = ("wsgi",)
    with pytest.raises(BenchError, match=r"^Not measured, for breaking the contract: wsgi\."):
        interrupted.measure(resume="latest")


@pytest.mark.parametrize("how", [KeyboardInterrupt(), LoadError("It died."), OSError(28, "full"), SystemExit(1)])
def test_what_is_kept_is_said_and_reported(world: World, how: BaseException) -> None:
    world.ends = how
    with pytest.raises(type(how)):
        world.measure(profile="ci")
    folder = archive.latest(world.folder)
    assert storage.load(folder).run.status == "partial"
    assert world.heard[-1] == "kept 2 rounds"


def test_a_disk_that_is_full_does_not_hide_why_the_run_ended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageError("latest cannot be written")

    world.ends = StorageError("run.json cannot be written")
    monkeypatch.setattr(archive, "point_latest", full)
    with pytest.raises(StorageError, match=r"run\.json"):
        world.measure()
    assert world.heard[-1] == "kept 2 rounds"


def test_a_run_that_measured_nothing_leaves_nothing(world: World) -> None:
    world.ends, world.rounds_before_end = KeyboardInterrupt(), 0
    with pytest.raises(KeyboardInterrupt):
        world.measure()
    assert world.heard[-1] == "nothing kept"
    assert list(world.folder.iterdir()) == []


def test_an_interrupted_run_goes_on_as_it_was_planned(interrupted: World) -> None:
    done, folder = interrupted.measure(resume="latest")
    before, again = interrupted.plans
    assert again == before
    assert interrupted.did == [
        "prepare flask wsgi",
        "verify flask flask-gunicorn wsgi wsgi-gunicorn",
        "measure from round 3",
    ]
    assert folder == archive.find(done.run.id, interrupted.folder)
    assert len(list(interrupted.folder.glob("2*"))) == 1
    assert (done.run.status, done.run.seed, done.baseline) == ("complete", 5, "flask")


def test_a_complete_run_has_nothing_to_go_on_with(world: World) -> None:
    done, _ = world.measure(profile="ci")
    with pytest.raises(UsageError, match=f"Run {done.run.id} is complete; there is nothing to go on with"):
        world.measure(resume=done.run.id)


@pytest.mark.parametrize("fact", ["fingerprint", "commit", "python"])
def test_a_run_goes_on_only_where_and_with_what_it_began(interrupted: World, fact: str) -> None:
    interrupted.environment = replace(interrupted.environment, **{fact: "other"})
    before = (archive.latest(interrupted.folder) / "run.json").read_bytes()
    with pytest.raises(UsageError, match=rf"cannot go on here: its {fact} was .*, now it is other\. Start a new run"):
        interrupted.measure(resume="latest")
    assert interrupted.did == []
    assert (archive.latest(interrupted.folder) / "run.json").read_bytes() == before


def test_other_cpus_are_another_run(interrupted: World) -> None:
    interrupted.environment = replace(interrupted.environment, pinning="none")
    with pytest.raises(UsageError, match=r"its placement was .*, now it is none"):
        interrupted.measure(resume="latest")
    assert not any(done.startswith("measure") for done in interrupted.did)


def test_other_versions_are_another_run(interrupted: World) -> None:
    interrupted.versions = "2.0"
    with pytest.raises(UsageError, match=r"what is called flask was flask 1\.0, .*, now it is flask 2\.0, "):
        interrupted.measure(resume="latest")


@pytest.mark.parametrize(
    ("asked", "now", "expected"),
    [
        ("version", "4.0", r"its SQLite was 3\.[\d.]+, now it is 4\.0\. Start a new run"),
        ("settings", {"synchronous": "FULL"}, "synchronous of its SQLite was NORMAL, now it is FULL"),
    ],
)
def test_another_database_is_another_run(
    interrupted: World, monkeypatch: pytest.MonkeyPatch, asked: str, now: object, expected: str
) -> None:
    monkeypatch.setattr(Sqlite, asked, lambda _: now)
    with pytest.raises(UsageError, match=expected):
        interrupted.measure(resume="latest")
    assert not any(done.startswith(("verify", "measure")) for done in interrupted.did)


def test_an_app_that_is_gone_is_told(interrupted: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "discover", lambda folder, *_, **__: APPS[::2])
    with pytest.raises(UsageError, match="There is no app called 'flask'"):
        interrupted.measure(resume="latest")


def test_a_native_server_that_changed_is_another_run(interrupted: World, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = builders.app("flask", native_server="cheroot")
    monkeypatch.setattr(discovery, "discover", lambda folder, *_, **__: (changed, APPS[2]))
    with pytest.raises(UsageError, match=r"what is measured was .*flask-gunicorn.* now it is .*flask-cheroot"):
        interrupted.measure(resume="latest")


def test_a_run_that_does_not_say_how_it_was_planned_is_told(interrupted: World) -> None:
    folder = archive.latest(interrupted.folder)
    storage.save(replace(storage.load(folder), plan=Planned()), folder)
    with pytest.raises(StorageError, match="does not say how it was planned; start a new one"):
        interrupted.measure(resume="latest")


@pytest.fixture
def older(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A commit in which flask was another."""

    def line_up(reference: str, apps: Sequence[App], workspace: Workspace, *, named: bool) -> tuple[App, ...]:
        world.did.append(f"line up {' '.join(app.name for app in apps)} against {reference}, named: {named}")
        return tuple(edition for app in world.differing for edition in (app, replace(app, edition="abc1234")))

    monkeypatch.setattr(editions, "resolve", lambda reference, root: ("abc123456789", "Compared with it."))
    monkeypatch.setattr(editions, "line_up", line_up)
    return world


def test_apps_are_measured_beside_their_older_editions(older: World) -> None:
    done, _ = older.measure(against="main")
    assert older.did[0] == "line up django flask wsgi against abc123456789, named: False"
    assert older.did[1:3] == ["prepare flask flask@abc1234", "verify flask flask@abc1234"]
    assert (done.run.profile, done.baseline) == ("ci", "flask@abc1234")
    assert done.plan.against == "abc123456789"
    assert [(sut.id, sut.base_of) for sut in done.suts] == [("flask", None), ("flask@abc1234", "flask")]
    assert [sut.label for sut in done.suts] == ["Flask 1.0", "Flask 1.0 (abc1234)"]


def test_native_servers_have_editions_too(older: World) -> None:
    done, _ = older.measure(against="main", apps="flask", kind="native", profile="smoke")
    assert older.did[0] == "line up flask against abc123456789, named: True"
    assert [(sut.id, sut.base_of) for sut in done.suts] == [
        ("flask-gunicorn", None),
        ("flask-gunicorn@abc1234", "flask-gunicorn"),
    ]


def test_where_no_app_differs_nothing_is_measured(older: World) -> None:
    older.differing = ()
    with pytest.raises(NothingChanged, match=r"No app differs, .* --apps names some all the same\. Compared with it\."):
        older.measure(against="main")
    assert older.did[1:] == []


def test_an_interrupted_comparison_goes_on_against_the_same_commit(older: World) -> None:
    older.ends = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        older.measure(against="main", count=4)
    older.ends = None
    older.did.clear()
    done, _ = older.measure(resume="latest")
    assert older.did[0] == "line up flask against abc123456789, named: True"
    assert [sut.id for sut in done.suts] == ["flask", "flask@abc1234"]
    assert done.run.status == "complete"


def test_an_older_edition_that_breaks_the_contract_is_told_as_such(older: World) -> None:
    older.broken = ("flask@abc1234",)
    with pytest.raises(BenchError, match=r"contract: flask@abc1234\. It is the edition to compare with"):
        older.measure(against="main")


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


def test_locusts_page_is_announced_and_may_be_wanted_when_a_run_goes_on(interrupted: World) -> None:
    place = MeetingPlace("127.0.0.1", int(free_port()))
    interrupted.measure(resume="latest", web=str(place.port))
    assert interrupted.plans[-1].team == Team(web=place)
    assert interrupted.heard[0] == f"Locust's page shows the load at http://{place} while this measures."
    interrupted.measure(apps="wsgi", web=str(place))
    assert interrupted.plans[-1].team == Team(web=place)


def test_a_page_that_cannot_be_is_told_before_anything_is_done(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UsageError, match=f"Nothing can listen at {place}: Address already in use. --web takes a"):
            world.measure(web=place)
    with pytest.raises(UsageError, match="Nothing is loaded over sockets, so --web has nothing to show"):
        world.measure(profile="micro", web=free_port())
    assert world.did == []


def test_a_run_says_how_many_generators_loaded_it_and_goes_on_with_as_many(interrupted: World) -> None:
    interrupted.ends = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        interrupted.measure(apps="wsgi", count=4, generators=2)
    interrupted.ends = None
    assert storage.load(archive.latest(interrupted.folder)).plan.generators == 2
    with pytest.raises(UsageError, match="came from this machine; leave out --listen"):
        interrupted.measure(resume="latest", listen="192.0.2.1:5557")
    done, _ = interrupted.measure(resume="latest")
    assert interrupted.plans[-1].team == Team(2)
    assert (done.plan.generators, done.plan.generators_join) == (2, False)


def test_generators_of_other_machines_are_invited_and_again_when_a_run_goes_on(world: World) -> None:
    world.ends = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        world.measure(apps="wsgi", count=4, generators=3, listen="192.0.2.1:5557")
    world.ends = None
    assert "Load comes from other machines, 3 in all: start each with `python -m bench generator" in world.heard[0]
    with pytest.raises(UsageError, match="came from other machines: say with --listen where they join again"):
        world.measure(resume="latest")
    done, folder = world.measure(resume="latest", listen="192.0.2.9:80")
    assert world.plans[-1].team == Team(3, MeetingPlace("192.0.2.9", 80))
    assert "192.0.2" not in (folder / "run.json").read_text("utf-8").replace(done.run.command, "")
