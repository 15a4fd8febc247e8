"""`bench run` from wishes to report: choose, verify, measure, store, draw."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.text import Text

from bench import machine, manifest, plan, report, results, run, verification
from bench.errors import BenchError, StorageError, UsageError
from bench.layout import RESULTS
from bench.model import App
from bench.plan import PROFILES, Plan, Profile
from bench.progress import ProgressLine
from bench.results import Run


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asked for; None is the profile's own."""

    profile: str = "quick"
    apps: str | None = None
    chosen: str | None = None
    kind: Any = None
    count: int | None = None
    seed: int | None = None
    baseline: str | None = None
    resume: str | None = None


def measure(
    wishes: Wishes, command: str, console: Console, prepare: Callable[[Sequence[App]], None]
) -> tuple[Run, Path]:
    """Do what was wished; returns the run and its folder."""
    with machine.alone():
        begun, folder = _resumed(wishes.resume) if wishes.resume else (None, None)
        made = _plan(wishes) if begun is None else _plan_again(begun)
        apps = tuple(dict.fromkeys(sut.app for sut in made.suts))
        prepare(apps)
        _verify(apps, console)
        begun = begun or run.begin(made, command, [app.id for app in apps])
        folder = folder or RESULTS / begun.run.id
        return _measure(made, begun, folder, console), folder


def _plan(wishes: Wishes) -> Plan:
    profile = PROFILES[wishes.profile]
    if wishes.kind:
        profile = replace(profile, servers=wishes.kind)
    if wishes.count:
        profile = replace(profile, rounds=wishes.count, most_rounds=wishes.count)
    apps = manifest.select(manifest.discover(), _names(wishes.apps, "--apps"))
    seed = secrets.randbelow(2**31) if wishes.seed is None else wishes.seed
    return plan.make(profile, apps, seed, chosen=_names(wishes.chosen, "--workloads"), baseline=wishes.baseline)


def _names(text: str | None, flag: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    if text is not None and not names:
        raise UsageError(f"{flag} names nothing.")
    return tuple(dict.fromkeys(names))


def _resumed(name: str) -> tuple[Run, Path]:
    folder = results.find(name)
    begun = results.load(folder)
    if begun.run.status == "complete":
        raise UsageError(f"Run {begun.run.id} is complete; there is nothing to go on with.")
    now = machine.facts()
    for fact in ("fingerprint", "python", "commit"):
        if begun.environment.get(fact) != now[fact]:
            raise UsageError(
                f"Run {begun.run.id} cannot go on here: "
                f"its {fact} was {begun.environment.get(fact)}, now it is {now[fact]}."
            )
    return begun, folder


def _plan_again(begun: Run) -> Plan:
    """The plan of an interrupted run, from what it stored."""
    try:
        profile = TypeAdapter(Profile).validate_python(begun.plan["profile"])
    except (KeyError, ValidationError) as error:
        raise StorageError(f"Run {begun.run.id} does not say how it was planned; start a new one.") from error
    apps = manifest.select(manifest.discover(), dict.fromkeys(sut.app for sut in begun.suts))
    chosen = tuple(each.id for each in begun.workloads if each.kind == "closed")
    return plan.make(profile, apps, begun.run.seed, chosen=chosen, baseline=begun.baseline)


def _verify(apps: Sequence[App], console: Console) -> None:
    """No app is measured that has a violation."""
    console.print(f"Verifying {len(apps)} apps against the contract ...")
    found = verification.verify_apps(apps, lambda *_: None)
    for violations in found.values():
        for violation in violations[:3]:
            console.print(Text(f"{violation}\n"))
    broken = [name for name, violations in found.items() if violations]
    if broken:
        raise BenchError(
            f"Not measured, for breaking the contract: {', '.join(broken)}. "
            f"`python -m bench verify {broken[0]}` shows all of it."
        )


def _measure(made: Plan, begun: Run, folder: Path, console: Console) -> Run:
    try:
        with ProgressLine(console) as line:
            finished = run.execute(made, begun, folder, line)
    except (KeyboardInterrupt, BenchError):
        _keep(folder, console)
        raise
    report.write(finished, folder)
    results.point_latest(folder)
    return finished


def _keep(folder: Path, console: Console) -> None:
    """Say what is left of a run that ended early, and draw its report."""
    partial = results.load(folder) if (folder / "run.json").is_file() else None
    if partial is None or not partial.rounds:
        console.print("Nothing had been measured yet.")
        return
    report.write(partial, folder)
    results.point_latest(folder)
    console.print(
        Text(
            f"{len(partial.rounds)} rounds are kept in {folder}; "
            f"go on with: python -m bench run --resume {partial.run.id}"
        ),
        soft_wrap=True,
    )
