"""The ground that is another machine: a round on it is the same round, and what is said of it is true of both machines.

The agent's side is in this process; questions and answers are copied, as on a line.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bench.analysis.sent import Sent
from bench.environment import Network, of_two
from bench.errors import AgentError, BenchError, ServerError, SetupError, UsageError
from bench.host import lines
from bench.host.dials import Dial
from bench.host.lines import Door
from bench.host.protocol import LOOPBACK, Cpus
from bench.load.protocol import Order
from bench.load.team import MeetingPlace, Team
from bench.measure import plan, reaching, two_machines, verification
from bench.measure.agent import Agent, Guest
from bench.measure.asking import Asking
from bench.measure.distant import DistantField, DistantGround
from bench.measure.ground import Field
from bench.measure.here import LocalField, LocalGround
from bench.measure.profiles import PROFILES
from bench.measure.steward import Steward
from bench.model import EVERYTHING, App, Failure, Sut
from bench.store.results import Round
from bench.suts import discovery, environments, servers
from bench.workspace import Workspace
from tests import builders
from tests.fake_host import FakeHost
from tests.measure import test_rounds
from tests.measure.test_rounds import APPS, Stage

NETWORK = Network(0.001, 0.002, 200, 1e8, 1e8, 0.0)
DIAL = Dial("192.0.2.7", 7070, "key")
THERE = replace(builders.ENVIRONMENT, cpu="Large CPU", fingerprint="servers", placement_flaws=())
FAR_APPS = tuple(replace(app, folder=Path("/far") / app.folder.name) for app in APPS)


def copied(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


@dataclass
class Wire:
    """In place of Asking."""

    steward: Steward

    def __call__(self, question: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return copied(getattr(self.steward, question.__name__)(*copied(arguments)))
        except BenchError as error:
            raise copied(error) from None

    at_length = __call__


@pytest.fixture(autouse=True)
def far_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checkout of the agent is in another folder."""

    def choose(folder: Path, names: Any, leave_out: object) -> tuple[App, ...]:
        return discovery.select(FAR_APPS, names)

    monkeypatch.setattr(discovery, "choose", choose)


class FarStage(Stage):
    """A stage whose field is on another machine."""

    def field(self, on_servers: Cpus) -> Field:
        steward = Steward(LocalGround(self.host, builders.workspace(self.folder)))
        steward._field = LocalField(self.host, self.folder, self.folder, {"sqlite": self.databases}, on_servers)
        self.wire = Wire(steward)
        return DistantField(self.wire, self.host.address, DIAL, on_servers)  # type: ignore[arg-type]


def on(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(servers, "serve", stage.serve)
    monkeypatch.setattr(test_rounds.rounds.smoke, "check", stage.smoke)
    return stage


def same(done: Round) -> Round:
    return replace(done, started_at="")


def dies(stage: Stage) -> Callable[[Order, Any], Any]:
    def kill(order: Order, tally: Any) -> Any:
        if tally.sut == "flask" and len(stage.orders) == 2:
            stage.up["flask"].dead = True
        return tally

    return kill


def prepare_well(stage: Stage) -> None:
    """Nothing goes wrong."""


def prepare_badly(stage: Stage) -> None:
    stage.tallies = dies(stage)
    stage.never_up = ("wsgi",)


@pytest.mark.parametrize("arrange", [prepare_well, prepare_badly])
def test_a_round_on_another_machine_is_the_same_round(
    arrange: Callable[[Stage], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = []
    for kind in (Stage, FarStage):
        stage = on(kind(tmp_path / kind.__name__), monkeypatch)
        stage.folder.mkdir()
        arrange(stage)
        rounds.append(same(stage.do()))
        assert all(server.dead for server in stage.up.values()), "taken down at the end of the round"
    near, far = rounds
    assert far == near
    assert stage.restored
    assert {server.sut.app.folder.parts[1] for server in stage.up.values()} == {"far"}


def test_the_generator_reads_clocks_at_the_dial_of_the_agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = on(FarStage(tmp_path), monkeypatch)
    stage.do()
    for target in stage.orders[0].targets:
        assert (target.clock.dial, target.database.dial) == (DIAL, DIAL)
        assert target.clock.pids == stage.up[target.sut].pids()
        assert (target.host, target.port) == (stage.host.address, stage.up[target.sut].port)


def test_a_server_that_does_not_come_up_there_is_told_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = on(FarStage(tmp_path), monkeypatch)
    stage.never_up = ("flask",)
    assert Failure("flask", EVERYTHING, "flask ended with exit code 1 before it was ready.") in stage.do().failures


@pytest.fixture
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DistantGround:
    place: Workspace = builders.workspace(tmp_path)
    there = LocalGround(FakeHost(environment=THERE, cpus=8), place)
    near = LocalGround(FakeHost(environment=replace(builders.ENVIRONMENT, fingerprint="generator")), place)
    monkeypatch.setattr(environments, "versions", lambda app, packages, state: dict.fromkeys(packages, "9.9"))
    wire = Wire(Steward(there))
    return DistantGround(wire, near, "192.0.2.7", DIAL, NETWORK, False)  # type: ignore[arg-type]


PLAN = plan.make(PROFILES["ci"], APPS, 7)


def test_the_environment_is_of_both_machines(ground: DistantGround) -> None:
    seen = ground.environment(PLAN)
    assert (seen.cpu, seen.network) == ("Large CPU", NETWORK)
    assert seen.generator is not None
    assert (seen.generator.cpu, seen.generator.fingerprint) == ("Made-up CPU", "generator")
    assert seen.fingerprint == of_two("servers", "generator") == ground.facts().fingerprint
    assert seen.fingerprint not in ("servers", "generator")
    assert seen.placement_flaws == ()
    assert list(seen.databases) == ["sqlite"]
    alone = replace(ground, one_machine=True).facts()
    assert alone.placement_flaws == (two_machines.ONE_MACHINE,)


def test_versions_and_the_field_are_those_of_the_other_machine(ground: DistantGround, tmp_path: Path) -> None:
    assert {sut.versions["python"] for sut in ground.suts(PLAN)} == {"9.9"}
    ground.require(("sqlite",))
    with ground.field(PLAN, tmp_path / "unused") as opened:
        assert (opened.cpus, opened.templates) == (frozenset({0}), {})
        assert opened.cpu_times().user >= 0
        assert opened.throttling().periods == 0
        assert opened.loop_us() == ()
    assert not (tmp_path / "unused").exists()
    with pytest.raises(UsageError, match="no database called 'nope'"):
        ground.require(("nope",))


def test_what_cannot_be_made_ready_there_is_left_out_here(
    ground: DistantGround, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(apps: Any, state: Path, leave_out: Any) -> Any:
        leave_out(apps[0], SetupError("No flask."))
        yield apps[1]

    monkeypatch.setattr(environments, "prepare", prepare)
    left: dict[App, BenchError] = {}
    assert list(ground.prepare(APPS, left.__setitem__)) == APPS[1:]
    assert {app.name: str(error) for app, error in left.items()} == {"flask": "No flask."}
    with pytest.raises(SetupError, match=r"No flask\."):
        list(ground.prepare(APPS, None))


def test_verification_is_done_there(ground: DistantGround, monkeypatch: pytest.MonkeyPatch) -> None:
    def verify(suts: Any, workspace: Workspace, report: object, *, note_sent: Any, leave_out: Any) -> Any:
        if leave_out is None:
            raise ServerError("wsgi died.")
        leave_out(suts[1], ServerError("wsgi died."))
        note_sent(suts[0], Sent({"json": ()}))
        return {suts[0].id: []}

    monkeypatch.setattr(verification, "verify_suts", verify)
    suts = [Sut.of(app) for app in APPS]
    seen = ground.verify(suts, whole=False)
    assert (seen.violations, seen.sent) == ({"flask": []}, {"flask": Sent({"json": ()})})
    assert str(seen.broken["wsgi"]) == "wsgi died."
    with pytest.raises(ServerError, match=r"wsgi died\."):
        ground.verify(suts, whole=True)


def test_over_a_network_nothing_is_crawled_or_called_in_process() -> None:
    fitted = two_machines.fitted(plan.make(PROFILES["quick"], APPS, 7))
    assert (fitted.crawl_pages, fitted.profile.crawl_pages, fitted.profile.in_process_rounds) == (0, 0, 0)
    assert fitted.workloads
    with pytest.raises(UsageError, match="leave out --agent or --server-host"):
        two_machines.fitted(replace(PLAN, against="abc"))
    with pytest.raises(UsageError, match="only workloads are measured"):
        two_machines.fitted(plan.make(PROFILES["micro"], APPS, 7))


def test_servers_on_a_machine_of_their_own_share_it_with_no_generator() -> None:
    there = two_machines.apart(PLAN, Door("192.0.2.7", 7070))
    assert (PLAN.team.here, there.team.here, there.team.generators) == (1, 0, 1)


def test_load_of_a_third_machine_is_refused() -> None:
    two_machines.check_load(Team(3))
    with pytest.raises(UsageError, match="the servers are on the one that measures"):
        two_machines.check_load(Team(3, MeetingPlace("192.0.2.1", 5557)))


def test_an_address_of_servers_must_be_one_of_their_machine_that_is_reached_from_here(
    ground: DistantGround, tmp_path: Path
) -> None:
    agent = Agent(builders.workspace(tmp_path), "192.0.2.1", "token", lambda _: None)
    with pytest.raises(AgentError, match=r"Servers cannot listen at 192\.0\.2\.1: --servers-at takes an address of"):
        agent._await_measurement(Guest(None, "somewhere"))  # type: ignore[arg-type]
    with lines.listener(Door(LOOPBACK, 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(AgentError, match=f"Servers of the agent at box are not reached from here at {LOOPBACK}: "):
        reaching._measured(Door("192.0.2.7", 7070, "box"), Door(LOOPBACK, port), "key")


def test_two_sides_of_different_commits_are_told_apart() -> None:
    ours = {"machine": "a", "edition": "abc", "code": "1"}
    assert reaching.differs(ours, {**ours, "machine": "b"}) is None
    for other in ({"edition": "def"}, {"code": "2"}):
        assert "bring both to one commit" in str(reaching.differs(ours, ours | other))
    assert reaching.differs(ours, {}) is not None


class BrokenLine:
    """A line that fails as it is asked to."""

    def __init__(self, fails: BaseException, *, silent: bool = False) -> None:
        self.fails, self.silent, self.closed = fails, silent, False

    def send(self, question: object) -> None:
        if self.closed:
            raise OSError("handle is closed")

    def poll(self, within_s: float) -> bool:
        return not self.silent

    def recv(self) -> object:
        raise self.fails

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(("line", "expected"), [
    (BrokenLine(EOFError()), AgentError),
    (BrokenLine(ConnectionResetError()), AgentError),
    (BrokenLine(EOFError(), silent=True), AgentError),
    (BrokenLine(KeyboardInterrupt()), KeyboardInterrupt),
])  # fmt: skip
def test_a_question_without_its_answer_is_the_last_on_its_line(line: Any, expected: type[BaseException]) -> None:
    asking = Asking(Door("192.0.2.7", 7070), line)
    with pytest.raises(expected):
        asking(Steward.facts)
    assert line.closed
    with pytest.raises(AgentError, match=r"The agent at 192\.0\.2\.7:7070 is gone"):
        asking(Steward.facts)
