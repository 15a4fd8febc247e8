"""Resumes an interrupted run: with its own plan, on the machine where it began, and with the same versions."""

from bench.environment import Environment
from bench.errors import StorageError, UsageError
from bench.identity import DATABASES
from bench.load.team import MeetingPlace, Team
from bench.measure import plan
from bench.measure.ground import Ground
from bench.measure.plan import Plan
from bench.store.results import Run
from bench.suts import discovery, editions
from bench.workspace import Workspace


def check_place(begun: Run, ground: Ground) -> None:
    """Raise UsageError where the run is complete, or began on another machine, Python or commit."""
    if begun.run.status == "complete":
        raise UsageError(f"Run {begun.run.id} is complete; there is nothing to go on with.")
    now = ground.facts()
    for fact in ("fingerprint", "python", "commit"):
        _check_same(begun, f"its {fact}", getattr(begun.environment, fact), getattr(now, fact))


def check_versions(begun: Run, again: Plan, ground: Ground) -> None:
    """Raise UsageError where other versions are installed now, a database is set up otherwise, or servers would run on
    other CPUs.
    """
    now, here = {sut.id: sut for sut in ground.suts(again)}, ground.environment(again)
    _check_same(begun, "its placement", begun.environment.pinning, here.pinning)
    for sut in begun.suts:
        _check_same(begun, f"what is called {sut.id}", _versions(sut.versions), _versions(now[sut.id].versions))
    for name, version in begun.environment.databases.items():
        _check_same(begun, f"its {DATABASES.get(name, name)}", version, here.databases.get(name))
        _check_settings(begun, here, name)


def _check_settings(begun: Run, here: Environment, name: str) -> None:
    """Older runs did not keep the settings of their databases."""
    then = begun.environment.database_settings.get(name, {})
    for setting, value in here.database_settings.get(name, {}).items():
        _check_same(begun, f"{setting} of its {DATABASES.get(name, name)}", then.get(setting, value), value)


def planned(begun: Run, workspace: Workspace) -> Plan:
    """The plan of an interrupted run, from what it stored; raises StorageError or UsageError where there is none."""
    if begun.plan.profile is None:
        raise StorageError(f"Run {begun.run.id} does not say how it was planned; start a new one.")
    # All are named, so none is left out.
    apps = discovery.choose(workspace.apps, dict.fromkeys(sut.key.app_id for sut in begun.suts), lambda _: None)
    reference = begun.plan.against
    if reference:
        apps = editions.line_up(reference, apps, workspace, named=True)
    chosen = tuple(workload.name for workload in begun.workloads if workload.kind in ("closed", "crawl"))
    again = plan.make(
        begun.plan.profile,
        apps,
        begun.run.seed,
        chosen=chosen,
        baseline=begun.baseline,
        on=tuple(dict.fromkeys(sut.key.database for sut in begun.suts)),
        operations=begun.plan.operations,
        against=reference,
        workers=sorted({sut.key.workers for sut in begun.suts}),
    )
    _check_same(begun, "the list of what is measured", [sut.id for sut in begun.suts], [sut.id for sut in again.suts])
    return again


def team(begun: Run, listen: MeetingPlace | None) -> Team:
    """Who loads the rest of a run; raises UsageError where its load came from elsewhere than that of the rest would."""
    joined, name = begun.plan.generators_join, begun.run.id
    if joined and not listen:
        raise UsageError(f"The load of run {name} came from other machines: say with --listen where they join again.")
    if listen and not joined:
        raise UsageError(f"The load of run {name} came from this machine; leave out --listen.")
    return Team(begun.plan.generators, listen)


def _versions(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))


def _check_same(begun: Run, what: str, then: object, now: object) -> None:
    if then != now:
        raise UsageError(f"Run {begun.run.id} cannot go on here: {what} was {then}, now it is {now}. Start a new run.")
