"""A session of `bench run`: the wishes of a command line are planned, verified, measured and stored."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from bench.analysis.sent import Sent
from bench.errors import BenchError, UsageError
from bench.host import local, lock
from bench.host.protocol import LOOPBACK
from bench.load.client import check_page, check_place
from bench.load.team import Team, announcement, invitation
from bench.measure import descriptions, reaching, resuming, run, server_host, two_machines, wishes
from bench.measure.admission import Admission, Violations
from bench.measure.ground import Ground
from bench.measure.here import LocalGround
from bench.measure.listener import Listener
from bench.measure.plan import Plan
from bench.measure.reaching import Access
from bench.measure.server_host import ServerHost
from bench.measure.wishes import Wishes
from bench.micro import counting
from bench.store import archive, storage
from bench.store.described import SutInfo
from bench.store.results import Run
from bench.workspace import Workspace

Elsewhere = Access | ServerHost | None
"""The machine of the servers, where it is another one."""


def measure(
    wished: Wishes, command: str, workspace: Workspace, listener: Listener, elsewhere: Elsewhere = None
) -> tuple[Run, Path]:
    """Measure what `wished` asks for, on this machine or `elsewhere`; returns the run and its folder.

    Raises NothingChanged where only what differs from a commit was asked for, and nothing does.
    """
    check_page(wishes.wished_team(wished))
    if wished.resume is not None:
        return _resume(wished, workspace, listener, elsewhere)
    plan = wishes.planned(wished, workspace, listener.compares, listener.leaves_out)
    plan = two_machines.fitted(plan) if elsewhere else plan
    with _ground(plan.team, workspace, listener, elsewhere) as ground:
        _check_tools(plan, ground)
        archive.check_writable(workspace.results)
        admission = Admission(ground, workspace, listener, wished.baseline, whole=plan.against is not None)
        plan, violations, sent = admission.verified(admission.prepared(plan))
        verified = list(dict.fromkeys(sut.app.name for sut in plan.suts))
        begun = run.begin(plan, command, verified, workspace, ground)
        begun = replace(begun, suts=tuple(_as_seen(sut, violations, sent) for sut in begun.suts))
        return _measure(plan, begun, workspace.results / begun.run.id, workspace, ground, listener)


def _resume(wished: Wishes, workspace: Workspace, listener: Listener, elsewhere: Elsewhere) -> tuple[Run, Path]:
    """Measure what an interrupted run still lacks; raises UsageError where the rest would not be the same run."""
    if flags := wished.flags():
        raise UsageError(f"--resume goes on with a run as it was planned; leave out {', '.join(flags)}.")
    folder = archive.find(wished.resume or "", workspace.results)
    asked = wishes.wished_team(wished)
    team = replace(resuming.team(storage.load(folder), asked.listen), web=asked.web)
    with _ground(team, workspace, listener, elsewhere) as ground:
        begun = storage.load(folder)
        resuming.check_place(begun, ground)
        plan = replace(resuming.planned(begun, workspace), team=team)
        _check_tools(plan, ground)
        archive.check_writable(folder)
        admission = Admission(ground, workspace, listener, whole=True)
        admission.prepared(plan)
        resuming.check_versions(begun, plan, ground)
        admission.verified(plan)
        return _measure(plan, begun, folder, workspace, ground, listener)


@contextmanager
def _ground(team: Team, workspace: Workspace, listener: Listener, elsewhere: Elsewhere) -> Iterator[Ground]:
    """What is measured on, while nobody else measures there. Where generators of other machines join, servers of this
    one are reached at the same address.
    """
    if elsewhere:
        two_machines.check_load(team)
    with local.host(team.listen.host if team.listen else LOOPBACK) as host, lock.alone(workspace.lock):
        check_place(team, host)
        if team.listen:
            listener.compares(invitation(team))
        if team.web:
            listener.compares(announcement(team))
        here = LocalGround(host, workspace)
        if elsewhere is None:
            yield here
            return
        with (
            server_host.access(elsewhere, here, listener.compares) as access,
            reaching.reached(access, here) as ground,
        ):
            listener.compares(two_machines.sentence(access.door, ground.network))
            yield ground


def _check_tools(plan: Plan, ground: Ground) -> None:
    if plan.team.web and not plan.workloads:
        raise UsageError("Nothing is loaded over sockets, so --web has nothing to show; leave it out.")
    ground.require(plan.databases)
    if plan.profile.instruction_rounds:
        counting.require(ground.host)


def _as_seen(sut: SutInfo, violations: Violations, sent: Mapping[str, Sent]) -> SutInfo:
    return descriptions.with_statements(descriptions.with_violations(sut, violations[sut.id]), sent.get(sut.id, Sent()))


def _measure(
    plan: Plan, begun: Run, folder: Path, workspace: Workspace, ground: Ground, listener: Listener
) -> tuple[Run, Path]:
    try:
        return run.execute(plan, begun, folder, workspace, ground, listener.progress), folder
    except BaseException:
        _keep(folder, listener)
        raise


def _keep(folder: Path, listener: Listener) -> None:
    """Report what is left of a run that ended early."""
    # What ended the run is told by whoever catches it; neither a full disk nor a terminal that is gone must hide that.
    with suppress(BenchError, OSError):
        if not archive.is_run(folder):
            return
        partial = storage.load(folder)
        if partial.rounds or partial.micro:
            listener.kept(partial, folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
            listener.nothing_kept()
