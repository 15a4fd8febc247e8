"""The rounds of a run in process: after the load and never beside it, saved after each round."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bench.contract.operations import find
from bench.contract.operations.operation import Operation
from bench.host.protocol import Host
from bench.identity import COMMON, WorkloadKey
from bench.measure.plan import Plan
from bench.measure.progress import Progress, Watch
from bench.micro import campaign
from bench.micro.campaign import Work
from bench.micro.sessions import Setting, turns_by_clock
from bench.micro.turns import TURN_S
from bench.model import Failure, Sut, Tell
from bench.store import archive
from bench.store.described import WorkloadInfo
from bench.store.footprints import Footprint
from bench.store.results import Run

_SESSION_S = 0.8
"""The time of a session beside the timing itself, as a first guess: starting, importing, writing."""
_BETWEEN_S = 0.005
"""The time of a turn beside the calls, likewise: calls are set up one by one, and some need rows."""
_COUNT_S, _COUNTED_OPERATION_S = 10.0, 1.0
"""The time of a count, likewise: under valgrind a process runs many times slower."""

Derive = Callable[[Run], Run]


def do(plan: Plan, run: Run, setting: Setting, derive: Derive, watch: Watch) -> Run:
    """Do the rounds that `run` still lacks; each app on the common server takes part, whatever its load."""
    suts, rounds = _suts(plan), plan.profile.in_process_rounds
    if not suts or len(run.micro) >= rounds:
        return run
    now_s, load_s = setting.host.now_s, sum(round_.wall_s for round_ in run.rounds)
    step = partial(_step, watch, setting.host, rounds=rounds, load_s=load_s, began_at=now_s())
    unsized: tuple[Failure, ...] = ()
    if not any(workload.kind == "micro" for workload in run.workloads):
        over_at = now_s() + left_s(plan, run, setting.host)
        run, unsized = _with_sizes(plan, run, setting, partial(step, 1, over_at))
    began_at, whole_s = now_s(), left_s(plan, run, setting.host)
    while (number := len(run.micro) + 1) <= rounds:
        now, left = now_s(), left_s(plan, run, setting.host)
        over_at = now + left * _pace(now - began_at, whole_s - left)
        before = setting.host.throttling()
        done = campaign.one_round(suts, number, plan.seed, setting, _work(plan, number), partial(step, number, over_at))
        done = replace(done, throttling=setting.host.throttling() - before)
        untold = [failure for failure in unsized if failure.sut not in {known.sut for known in done.failures}]
        run, unsized = derive(replace(run, micro=(*run.micro, replace(done, failures=(*done.failures, *untold))))), ()
        archive.keep(run, setting.kept.parent)
    return run


def _with_sizes(plan: Plan, run: Run, setting: Setting, tell: Tell) -> tuple[Run, tuple[Failure, ...]]:
    """The run with each app's footprint, and the failures to measure one, which are stored with the first round."""
    seen = tuple(campaign.footprints(_suts(plan), setting, tell))
    workloads = (*run.workloads, *map(_info, _operations(plan)))
    sizes = tuple(size for size in seen if isinstance(size, Footprint))
    return replace(run, footprints=sizes, workloads=workloads), tuple(
        failure for failure in seen if isinstance(failure, Failure)
    )


def _pace(taken_s: float, expected_s: float) -> float:
    """The time of the rounds so far over what was expected of them."""
    return taken_s / expected_s if expected_s else 1.0


def _step(
    watch: Watch, host: Host, number: int, over_at: float, doing: str, *, rounds: int, load_s: float, began_at: float
) -> None:
    now = host.now_s()
    watch(Progress(doing, number, rounds, load_s + now - began_at, max(over_at - now, 0.0), in_process=True))


def _work(plan: Plan, number: int) -> Work:
    profile = plan.profile
    return Work(
        tuple(operation.id for operation in _operations(plan)),
        timed=number <= profile.micro_rounds,
        counted=number <= profile.instruction_rounds,
    )


def left_s(plan: Plan, run: Run, host: Host) -> float:
    """An estimate of the seconds in process that a run still needs."""
    if not _suts(plan):
        return 0.0
    done, profile = len(run.micro), plan.profile
    operations, suts = len(_operations(plan)), _suts(plan)
    processes = len(suts) + 1 + len({sut.app.interface for sut in suts})
    turns = 2 + sum(turns_by_clock(profile.micro_s).values())
    session_s = _SESSION_S + operations * turns * (TURN_S + _BETWEEN_S)
    count_s = (_COUNT_S + operations * _COUNTED_OPERATION_S) / host.cpu_count()
    return processes * (
        max(profile.micro_rounds - done, 0) * session_s + max(profile.instruction_rounds - done, 0) * count_s
    )


def _suts(plan: Plan) -> Sequence[Sut]:
    """Those that can be called without a server, once each. Of several databases, on the first alone: how an app waits
    for the others is seen over sockets.
    """
    return [sut for sut in plan.suts if sut == Sut.of(sut.app, COMMON, database=plan.databases[0])]


def _operations(plan: Plan) -> tuple[Operation, ...]:
    return tuple(map(find, plan.called))


def _info(operation: Operation) -> WorkloadInfo:
    return WorkloadInfo.of(
        WorkloadKey(operation.id, "micro"), operation.title, operation.id, operations=(operation.id,)
    )
