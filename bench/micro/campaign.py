"""Rounds in process: sessions of all apps that take turns, so that a drift of the machine affects all alike, and counts
of instructions, which do not drift.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bench.errors import SetupError
from bench.micro import counting, footprint, sessions
from bench.micro.questions import questions
from bench.micro.sessions import REQUESTS, Participant, Setting
from bench.model import NULLS, TWIN, App, Failure, Sut, Tell
from bench.store.footprints import Footprint
from bench.store.results import MicroRound

IN_PROCESS = "in process"
"""Stands for the workload in a failure of an in-process session."""
FOOTPRINT = "footprint"
"""Stands for the workload where an app's footprint could not be measured."""

LineUp = Sequence[tuple[str, App]]
"""The apps that take part in a round, each with the SUT id that it has there."""


@dataclass(frozen=True, slots=True)
class Work:
    """The work of a round: its operations (all of them if empty), timed or counted or both."""

    operations: tuple[str, ...] = ()
    timed: bool = True
    counted: bool = False


def one_round(suts: Sequence[Sut], number: int, seed: int, setting: Setting, work: Work, tell: Tell) -> MicroRound:
    """Time or count the app of each SUT, the null application of each of their interfaces, and the twin: a second copy
    of one app, another in each round.
    """
    twin_of = suts[(seed + number) % len(suts)]
    # One that does nothing needs an environment all the same: that of the first app of its interface.
    nulls = {NULLS[sut.app.interface]: sut.app for sut in reversed(suts)}
    line_up = [(sut.id, sut.app) for sut in suts] + [(TWIN, twin_of.app), *nulls.items()]
    done = MicroRound(number, twin_of.id, {})
    if work.timed:
        done = _timed(done, line_up, seed, setting, work.operations, tell)
    if work.counted:
        done = _counted(done, line_up, seed, setting, work.operations, tell)
    return done


def _timed(
    done: MicroRound, line_up: LineUp, seed: int, setting: Setting, operations: tuple[str, ...], tell: Tell
) -> MicroRound:
    stock = sessions.most_calls(setting.seconds)
    entries = [
        Participant(name, app, questions(app, operations, stock=stock, requests=REQUESTS)) for name, app in line_up
    ]
    seen, failed = sessions.rotate(entries, done.number, seed, setting, tell)
    failures = tuple(Failure(sut, IN_PROCESS, reason) for sut, reason in failed.items())
    return replace(done, medians_us={sut: session.medians_us for sut, session in seen.items()}, failures=failures)


def _counted(
    done: MicroRound, line_up: LineUp, seed: int, setting: Setting, operations: tuple[str, ...], tell: Tell
) -> MicroRound:
    counts = counting.count(line_up, done.number, seed, setting, operations, tell)
    failures = [Failure(count.sut, IN_PROCESS, count.failed) for count in counts if count.failed]
    instructions = {count.sut: dict(count.instructions) for count in counts if not count.failed}
    return replace(done, instructions=instructions, failures=(*done.failures, *failures))


def footprints(suts: Sequence[Sut], setting: Setting, tell: Tell) -> Iterator[Footprint | Failure]:
    """Measure the footprint of each app twice, and yield the second: the first warms the disk's cache."""
    for sut in suts:
        tell(f"footprint: {sut.id}")
        try:
            footprint.measure(sut, setting)
            yield footprint.measure(sut, setting)
        except SetupError as error:
            yield Failure(sut.id, FOOTPRINT, str(error))
