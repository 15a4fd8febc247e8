"""The master and generators that answer at once, late or never: what it deals out, and what it says of lost ones."""

import os
from dataclasses import asdict, dataclass, field
from typing import Any

import gevent
import pytest

from bench.contract.workloads import find
from bench.errors import LoadError
from bench.host.clock import Clock
from bench.load import master as module
from bench.load import messages, process
from bench.load.master import Master
from bench.load.parts import Cue, Kept, Played
from bench.load.protocol import Order, Target
from bench.load.rotation import Rotator

TARGETS = tuple(Target(name, "127.0.0.1", 1, Clock((os.getpid(),))) for name in ("one", "other"))
ORDER = Order(find("plaintext"), TARGETS, turns=2, slice_s=0.01, concurrency=5, seed=1, answer_within_s=0.1)
TO_ALL = (messages.WELCOME, messages.REFUSED, messages.QUIT)


@dataclass
class Client:
    id: str
    state: str = "ready"


@dataclass
class Message:
    data: Any
    node_id: str


@dataclass
class Clients:
    all: list[Client] = field(default_factory=list)


class Runner:
    """Carries messages to generators; those in `mute` never answer, those in `slow` after so many seconds."""

    def __init__(self) -> None:
        self.clients = Clients()
        self.listeners: dict[str, Any] = {}
        self.sent: list[tuple[str, str, Any]] = []
        self.mute: set[str] = set()
        self.slow: dict[str, float] = {}
        self.errors: dict[str, str] = {}
        self.lose_at: tuple[str, str] | None = None
        self.results: dict[str, Any] = {
            messages.READY: None,
            messages.PLAY: asdict(Played(0.01, 10, 1000, backlog=1)),
            messages.DISMISS: [asdict(Kept([0.1], sampled=1)) for _ in TARGETS],
        }

    def register_message(self, name: str, listener: Any) -> None:
        self.listeners[name] = listener

    def come(self, name: str, cpus: int = 1, edition: str = "") -> None:
        self.clients.all.append(Client(name))
        said = {"edition": edition or process.edition(), "cpus": cpus}
        self.listeners[messages.JOINED](environment=None, msg=Message(said, name))

    def lose(self, name: str) -> None:
        next(client for client in self.clients.all if client.id == name).state = messages.MISSING
        self.mute.add(name)

    def send_message(self, what: str, data: Any, name: str) -> None:
        self.sent.append((what, name, data))
        if (what, name) == self.lose_at:
            self.lose(name)
        if what not in TO_ALL and name not in self.mute:
            gevent.spawn_later(self.slow.get(name, 0.0), self._answer, what, data["number"], name)

    def _answer(self, what: str, number: int, name: str) -> None:
        answer = {"number": number, "result": self.results.get(what), "error": self.errors.get(what)}
        self.listeners[messages.ANSWER](environment=None, msg=Message(answer, name))

    def heard(self, what: str) -> list[tuple[str, Any]]:
        return [(name, data) for sent, name, data in self.sent if sent == what]


@pytest.fixture
def runner() -> Runner:
    return Runner()


def master(runner: Runner, *names: str, wanted: int = 2) -> Master:
    crew = Master(runner, wanted, gather_within_s=0.3)
    for name in names:
        runner.come(name)
    return crew


def test_a_rotation_is_dealt_out_and_put_together_as_one_generator_would_have_it(runner: Runner) -> None:
    reply = Rotator(master(runner, "a_1", "b_1")).rotate(ORDER)
    engaged = [(name, data["said"]["share"]) for name, data in runner.heard(messages.ENGAGE)]
    assert engaged == [("a_1", {"number": 0, "of": 2}), ("b_1", {"number": 1, "of": 2})]
    clocks = [
        target["clock"]["pids"]
        for _, data in runner.heard(messages.ENGAGE)
        for target in data["said"]["order"]["targets"]
    ]
    assert clocks == [()] * 4, "clocks are read by the master alone"
    assert [tally.sut for tally in reply.tallies] == ["one", "other"]
    for tally in reply.tallies:
        assert [(slice_.requests, slice_.busy_s) for slice_ in tally.slices] == [(20, 0.01)] * 2
        assert (tally.sampled, tally.backlog, tally.generators, tally.generator_cpus) == (2, 2, 2, 2)
        assert tally.dropped is None


def test_a_slice_begins_when_all_are_ready(runner: Runner) -> None:
    runner.slow["b_1"] = 0.01
    Rotator(master(runner, "a_1", "b_1")).rotate(ORDER)
    said = [what for what, _, _ in runner.sent if what in (messages.READY, messages.PLAY)]
    assert said == [messages.READY, messages.READY, messages.PLAY, messages.PLAY] * 4
    waits = {name: data["said"]["after_s"] for name, data in runner.heard(messages.PLAY)}
    assert waits["a_1"] == pytest.approx(0.005, rel=0.6)
    assert waits["b_1"] == 0


@pytest.mark.parametrize("at", [messages.ENGAGE, messages.READY, messages.PLAY, messages.DISMISS])
def test_a_generator_that_is_lost_makes_the_rotation_worthless_and_the_next_is_dealt_to_the_others(
    runner: Runner, at: str
) -> None:
    crew = master(runner, "a_1", "b_1")
    runner.lose_at = (at, "b_1")
    reply = Rotator(crew).rotate(ORDER)
    reason = "1 of 2 load generators was lost while this was measured"
    assert [tally.dropped for tally in reply.tallies] == [reason] * 2
    assert runner.heard(messages.DISMISS)[-1][0] in ("a_1", "b_1")
    assert runner.heard(messages.QUIT) == [("b_1", None)]
    again = Rotator(crew).rotate(ORDER)
    assert {(tally.dropped, tally.generators) for tally in again.tallies} == {(None, 1)}


def test_one_that_is_alive_and_does_not_answer_is_lost_too(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LATE_S", 0.05)
    crew = master(runner, "a_1", "b_1")
    crew.engage(ORDER)
    runner.mute.add("b_1")
    assert "1 of 2 load generators was lost" in str(crew.play(Cue(0, 0, 0.01)).dropped)
    assert runner.heard(messages.QUIT) == [("b_1", None)]


def test_with_nobody_left_the_generator_has_failed(runner: Runner) -> None:
    crew = master(runner, "a_1", "b_1")
    crew.engage(ORDER)
    runner.lose("a_1")
    runner.lose("b_1")
    with pytest.raises(LoadError, match="every load generator was lost"):
        crew.ready(Cue(0, 0, 0.01))
    with pytest.raises(LoadError, match="no load generator is left"):
        crew.engage(ORDER)


def test_one_that_joins_late_takes_part_from_the_next_rotation_on_where_there_is_a_place(runner: Runner) -> None:
    crew = master(runner, "a_1")
    crew.engage(ORDER)
    assert crew.generators == 1
    for name in ("b_1", "c_1"):
        runner.come(name)
    assert len(runner.heard(messages.READY)) == 0
    crew.ready(Cue(0, 0, 0.01))
    assert [name for name, _ in runner.heard(messages.READY)] == ["a_1"]
    crew.engage(ORDER)
    assert (crew.generators, [name for name, _ in runner.heard(messages.ENGAGE)][-2:]) == (2, ["a_1", "b_1"])
    runner.lose("a_1")
    crew.engage(ORDER)
    assert [name for name, _ in runner.heard(messages.ENGAGE)][-2:] == ["b_1", "c_1"]


def test_no_more_generators_take_part_than_there_are_users(runner: Runner) -> None:
    crew = master(runner, *(f"{name}_1" for name in "abcdefg"), wanted=7)
    crew.engage(ORDER)
    assert crew.generators == 5


def test_too_few_are_told_after_a_while(runner: Runner) -> None:
    crew = master(runner, "a_1", wanted=3)
    runner.come("b_1", edition="other")
    with pytest.raises(LoadError) as failed:
        crew.gather()
    assert str(failed.value) == "1 of 3 load generators joined within 0 s, and 1 came with other code of the suite"
    assert runner.heard(messages.REFUSED) == [("b_1", None)]
    for name in ("c_1", "d_1"):
        gevent.spawn(runner.come, name)
    crew.gather()


def test_what_one_cannot_do_is_the_failure_of_all(runner: Runner) -> None:
    crew = master(runner, "a_1", "b_1")
    runner.errors[messages.ENGAGE] = "it may not open as many connections as it needs"
    with pytest.raises(LoadError, match="it may not open as many"):
        crew.engage(ORDER)


def test_an_answer_to_an_earlier_question_is_not_taken_for_another(runner: Runner) -> None:
    crew = master(runner, "a_1", wanted=1)
    crew.engage(ORDER)
    runner.mute.add("a_1")
    answer = gevent.spawn(crew.play, Cue(0, 0, 0.01))
    gevent.sleep(0.01)
    runner._answer(messages.PLAY, 1, "a_1")
    gevent.sleep(0.01)
    assert not answer.ready()
    runner._answer(messages.PLAY, runner.sent[-1][2]["number"], "a_1")
    assert answer.get(timeout=1).requests == 10


@pytest.mark.parametrize(
    ("cpus", "expected"),
    [
        ({"here_1": 1, "here_2": 1}, 1),
        ({"here_1": 4, "here_2": 4}, 2),
        ({"here_1": 1, "there_1": 1}, 2),
        ({"a_b_1": 2, "a_b_2": 2, "a_b_3": 2, "a_c_1": 8}, 3),
    ],
)
def test_generators_that_share_cpus_have_no_more_time_than_those(
    runner: Runner, cpus: dict[str, int], expected: int
) -> None:
    crew = master(runner, wanted=4)
    for name, number in cpus.items():
        runner.come(name, number)
    crew.engage(ORDER)
    assert crew.cpus == expected
