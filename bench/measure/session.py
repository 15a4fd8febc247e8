"""`bench run` from wishes to report: choose, verify, measure, store, draw."""

import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from bench.errors import BenchError, NothingChanged, StorageError, UsageError
from bench.host import facts
from bench.layout import RESULTS
from bench.measure import descriptions, plan, run, verification
from bench.measure.plan import PROFILES, Plan
from bench.measure.progress import ProgressLine
from bench.micro import counting
from bench.model import App, Sut
from bench.profile import Profile
from bench.report import files
from bench.store import archive, storage
from bench.store.results import Run
from bench.suts import editions, launch, manifest
from bench.words import counted, listing, printable

_FLAGS = {"chosen": "--workloads", "kind": "--server", "count": "--rounds"}
_INSTRUCTION_ROUNDS = 3
"""Enough for an interval: they hardly differ."""
_TOLD = 3


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asked for; None is the profile's own."""

    profile: str | None = None
    apps: str | None = None
    chosen: str | None = None
    kind: Any = None
    count: int | None = None
    seed: int | None = None
    baseline: str | None = None
    resume: str | None = None
    operations: str | None = None
    against: str | None = None
    instructions: bool | None = None


def measure(
    wishes: Wishes, command: str, console: Console, prepare: Callable[[Sequence[App]], None]
) -> tuple[Run, Path]:
    """Do what was wished; returns the run and its folder.

    Raises NothingChanged where only what differs from a commit was wished for, and nothing does.
    """
    if wishes.resume is not None:
        return _go_on(wishes, console, prepare)
    made = _plan(wishes)
    _check_tools(made)
    with facts.alone():
        archive.check_writable(RESULTS)
        prepare(_apps(made))
        _verify(made, console)
        begun = run.begin(made, command, [app.id for app in _apps(made)])
        return _measure(made, begun, RESULTS / begun.run.id, console)


def _go_on(wishes: Wishes, console: Console, prepare: Callable[[Sequence[App]], None]) -> tuple[Run, Path]:
    """Do what an interrupted run still lacks; refused where that would make one run out of two."""
    others = [name for name, value in asdict(wishes).items() if value is not None and name != "resume"]
    if others:
        flags = ", ".join(_FLAGS.get(name, f"--{name}") for name in others)
        raise UsageError(f"--resume goes on with a run as it was planned; leave out {flags}.")
    with facts.alone():
        folder = archive.find(wishes.resume or "")
        begun = storage.load(folder)
        _check_place(begun)
        made = _plan_again(begun)
        _check_tools(made)
        archive.check_writable(folder)
        prepare(_apps(made))
        _check_versions(begun, made)
        _verify(made, console)
        return _measure(made, begun, folder, console)


def _check_tools(made: Plan) -> None:
    if made.profile.instruction_rounds:
        counting.require()


def _apps(made: Plan) -> tuple[App, ...]:
    return tuple(dict.fromkeys(sut.app for sut in made.suts))


def _plan(wishes: Wishes) -> Plan:
    names = _names(wishes.apps, "--apps")
    apps = manifest.select(manifest.discover(), names)
    reference = editions.resolve(wishes.against) if wishes.against is not None else None
    if reference:
        apps = editions.line_up(reference, apps, named=bool(names))
    if not apps:
        raise NothingChanged(
            f"No app differs from {wishes.against}, so there is nothing to compare; --apps names some all the same."
        )
    seed = secrets.randbelow(2**31) if wishes.seed is None else wishes.seed
    return plan.make(
        _profile(wishes),
        apps,
        seed,
        chosen=_names(wishes.chosen, "--workloads"),
        baseline=wishes.baseline,
        operations=_names(wishes.operations, "--operations"),
        against=reference,
    )


def _profile(wishes: Wishes) -> Profile:
    profile = PROFILES[wishes.profile or ("ci" if wishes.against else "quick")]
    if wishes.kind:
        profile = replace(profile, servers=wishes.kind)
    if wishes.instructions:
        profile = replace(profile, instruction_rounds=_INSTRUCTION_ROUNDS)
    if wishes.count and profile.name == "micro":
        counted = min(wishes.count, profile.instruction_rounds)
        profile = replace(profile, micro_rounds=wishes.count, instruction_rounds=counted)
    elif wishes.count:
        profile = replace(profile, rounds=wishes.count, most_rounds=wishes.count)
    return profile


def _names(text: str | None, flag: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    if text is not None and not names:
        raise UsageError(f"{flag} names nothing.")
    return tuple(dict.fromkeys(names))


def _check_place(begun: Run) -> None:
    if begun.run.status == "complete":
        raise UsageError(f"Run {begun.run.id} is complete; there is nothing to go on with.")
    now = facts.facts()
    for fact in ("fingerprint", "python", "commit"):
        _check_same(begun, f"its {fact}", getattr(begun.environment, fact), getattr(now, fact))


def _check_versions(begun: Run, made: Plan) -> None:
    now = {sut.id: sut for sut in descriptions.suts(made)}
    for sut in begun.suts:
        _check_same(begun, f"what is called {sut.id}", _versions(sut.versions), _versions(now[sut.id].versions))


def _versions(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))


def _check_same(begun: Run, what: str, then: object, now: object) -> None:
    if then != now:
        raise UsageError(f"Run {begun.run.id} cannot go on here: {what} was {then}, now it is {now}. Start a new run.")


def _plan_again(begun: Run) -> Plan:
    """The plan of an interrupted run, from what it stored."""
    if begun.plan.profile is None:
        raise StorageError(f"Run {begun.run.id} does not say how it was planned; start a new one.")
    apps = manifest.select(manifest.discover(), dict.fromkeys(sut.app for sut in begun.suts))
    reference = begun.plan.against
    if reference:
        apps = editions.line_up(reference, apps, named=True)
    chosen = tuple(each.id for each in begun.workloads if each.kind == "closed")
    made = plan.make(
        begun.plan.profile,
        apps,
        begun.run.seed,
        chosen=chosen,
        baseline=begun.baseline,
        database=begun.suts[0].database,
        operations=begun.plan.operations,
        against=reference,
    )
    _check_same(begun, "the list of what is measured", [sut.id for sut in begun.suts], [sut.id for sut in made.suts])
    return made


def _verify(made: Plan, console: Console) -> None:
    """Nothing is measured that has a violation."""
    apps = _apps(made)
    behind = ", on the common server and their own" if len(made.suts) > len(apps) else ""
    console.print(f"Verifying {counted(len(apps), 'app')} against the contract{behind} ...")
    found = verification.verify_suts(made.suts, lambda *_: None, database=made.engine.name)
    broken = [sut for sut in made.suts if found[sut.id]]
    for sut in broken:
        for violation in found[sut.id][:_TOLD]:
            console.print(Text(f"{sut.id}: {printable(str(violation))}\n"), soft_wrap=True)
    if broken:
        named = ", ".join(sut.id for sut in broken)
        raise BenchError(f"Not measured, for breaking the contract: {named}. {_verify_again(broken[0])}")


def _verify_again(sut: Sut) -> str:
    """Where the rest of the violations is shown."""
    if sut.app.edition:
        return f"It is the edition to compare with: as it breaks {sut.app.id}'s contract of today, nothing compares."
    server = "" if sut.server == launch.COMMON else f" --server {sut.server}"
    return f"`python -m bench verify {sut.app.id}{server}` shows all of it."


def _measure(made: Plan, begun: Run, folder: Path, console: Console) -> tuple[Run, Path]:
    try:
        with ProgressLine(console) as line:
            finished = run.execute(made, begun, folder, line)
    except BaseException:
        _keep(folder, console)
        raise
    files.write(finished, folder)
    archive.point_latest(folder)
    return finished, folder


def _keep(folder: Path, console: Console) -> None:
    """Say what is left of a run that ended early, and draw its report."""
    # What ended the run is told by whoever catches it; a disk that is full of it must not hide that.
    with suppress(BenchError):
        if not archive.is_run(folder):
            return
        partial = storage.load(folder)
        if not partial.rounds and not partial.micro:
            shutil.rmtree(folder, ignore_errors=True)
            console.print("Nothing had been measured yet.")
            return
        kept = [counted(len(partial.rounds), "round")] if partial.rounds else []
        kept += [f"{counted(len(partial.micro), 'round')} in process"] if partial.micro else []
        told = f"{listing(kept)} kept in {folder}; go on with: "
        console.print(Text(f"{told}python -m bench run --resume {partial.run.id}"), soft_wrap=True)
        files.write(partial, folder)
        archive.point_latest(folder)
