"""A session of `bench run`: the wishes of a command line are planned, verified, measured and stored."""

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from bench import databases
from bench.contract.operations.operation import CORE
from bench.contract.violation import Violation
from bench.errors import BenchError, UsageError
from bench.host import local, lock
from bench.host.protocol import Host
from bench.identity import USUAL_DATABASE
from bench.measure import descriptions, resuming, run, statements, verification, wishes
from bench.measure.plan import Plan
from bench.measure.progress import Progress
from bench.measure.statements import Sent
from bench.measure.wishes import Wishes
from bench.micro import counting
from bench.model import App, Sut
from bench.store import archive, storage
from bench.store.described import SutInfo
from bench.store.results import Run
from bench.suts import environments
from bench.workspace import Workspace


class Listener(Protocol):
    """Receives the steps of a session, and decides what of them is shown and where."""

    def compares(self, sentence: str) -> None:
        """A sentence on what the apps are compared with."""

    def leaves_out(self, error: BenchError) -> None:
        """An app is not measured, because its manifest is broken, or what it runs on is not what it wants."""

    def environment_made(self, whose: str) -> None:
        """A missing environment has been made: an app's, or the crawler's."""

    def verifying(self, suts: Sequence[Sut]) -> None:
        """These SUTs are now checked against the contract."""

    def violated(self, sut: Sut, violations: Sequence[Violation]) -> None:
        """A SUT breaks the contract."""

    def progress(self, progress: Progress) -> None:
        """The next step of the measuring."""

    def kept(self, partial: Run, folder: Path) -> None:
        """The measuring ended early; this much is stored in `folder`."""

    def nothing_kept(self) -> None:
        """The measuring ended before there was anything to keep."""


def measure(wished: Wishes, command: str, workspace: Workspace, listener: Listener) -> tuple[Run, Path]:
    """Measure what `wished` asks for; returns the run and its folder.

    Raises NothingChanged where only what differs from a commit was asked for, and nothing does.
    """
    if wished.resume is not None:
        return _resume(wished, workspace, listener)
    plan = wishes.planned(wished, workspace, listener.compares, listener.leaves_out)
    with local.host() as host, lock.alone(workspace.lock):
        _check_tools(plan, host)
        archive.check_writable(workspace.results)
        _prepare(plan, workspace, listener)
        violations, sent = _verify(plan, workspace, listener)
        begun = run.begin(plan, command, list(dict.fromkeys(app.name for app in _apps(plan))), workspace, host)
        begun = replace(begun, suts=tuple(_as_seen(sut, violations, sent) for sut in begun.suts))
        return _measure(plan, begun, workspace.results / begun.run.id, workspace, host, listener)


def _resume(wished: Wishes, workspace: Workspace, listener: Listener) -> tuple[Run, Path]:
    """Measure what an interrupted run still lacks; raises UsageError where the rest would not be the same run."""
    if flags := wished.flags():
        raise UsageError(f"--resume goes on with a run as it was planned; leave out {', '.join(flags)}.")
    with local.host() as host, lock.alone(workspace.lock):
        folder = archive.find(wished.resume or "", workspace.results)
        begun = storage.load(folder)
        resuming.check_place(begun, workspace, host)
        plan = resuming.planned(begun, workspace)
        _check_tools(plan, host)
        archive.check_writable(folder)
        _prepare(plan, workspace, listener)
        resuming.check_versions(begun, plan, workspace, host)
        _verify(plan, workspace, listener)
        return _measure(plan, begun, folder, workspace, host, listener)


def _check_tools(plan: Plan, host: Host) -> None:
    for name in plan.databases:
        databases.find(name).require()
    if plan.profile.instruction_rounds:
        counting.require(host)


def _apps(plan: Plan) -> tuple[App, ...]:
    return tuple(dict.fromkeys(sut.app for sut in plan.suts))


def _prepare(plan: Plan, workspace: Workspace, listener: Listener) -> None:
    for app in environments.prepare(_apps(plan), workspace.state):
        listener.environment_made(str(app))
    if plan.crawl_pages and environments.ensure_crawler(workspace.state):
        listener.environment_made("the crawler")


def _verify(
    plan: Plan, workspace: Workspace, listener: Listener
) -> tuple[Mapping[str, Sequence[Violation]], Mapping[str, Sent]]:
    """The violations of clauses that an app may break, and what each sends to its database, by SUT id; with any other
    violation nothing is measured.
    """
    listener.verifying(plan.suts)
    violations = verification.verify_suts(plan.suts, workspace, lambda *_: None)
    sent = statements.seen(plan.suts, workspace)
    for name, own in sent.items():
        violations[name] += statements.violations(own)
    for sut in plan.suts:
        if violations[sut.id]:
            listener.violated(sut, violations[sut.id])
    broken = [sut for sut in plan.suts if any(violation.group == CORE.id for violation in violations[sut.id])]
    if broken:
        names = ", ".join(sut.id for sut in broken)
        raise BenchError(f"Not measured, for breaking the contract: {names}. {_verify_again(broken[0])}")
    return violations, sent


def _as_seen(sut: SutInfo, violations: Mapping[str, Sequence[Violation]], sent: Mapping[str, Sent]) -> SutInfo:
    return descriptions.with_statements(descriptions.with_violations(sut, violations[sut.id]), sent.get(sut.id, {}))


def _verify_again(sut: Sut) -> str:
    """How to see all violations of a SUT."""
    if sut.app.edition:
        return (
            f"It is the edition to compare with: as it breaks {sut.key.app_id}'s contract of today, nothing compares."
        )
    server = "" if sut.server == sut.app.usual_server else f" --server {sut.server}"
    on = "" if sut.key.database == USUAL_DATABASE else f" --database {sut.key.database}"
    return f"`python -m bench verify {sut.key.app_id}{server}{on}` shows all of it."


def _measure(
    plan: Plan, begun: Run, folder: Path, workspace: Workspace, host: Host, listener: Listener
) -> tuple[Run, Path]:
    try:
        return run.execute(plan, begun, folder, workspace, host, listener.progress), folder
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
