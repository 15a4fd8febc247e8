"""The wishes of a command line, and the plan that follows from them."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from bench import databases
from bench.errors import NothingChanged, UsageError
from bench.identity import COMMON
from bench.load import team
from bench.load.team import Team
from bench.measure import plan
from bench.measure.plan import Plan
from bench.measure.profiles import PROFILES
from bench.model import App, Tell
from bench.profile import Profile
from bench.suts import checkouts, discovery, editions
from bench.workspace import Workspace

_FLAGS = {"chosen": "--workloads", "kind": "--server", "count": "--rounds"}
_MOST_WORKERS = 64
_ITS_OWN = (
    "{} is its own server, so it has no figures on the common server or in process; `--server native` compares it with "
    "others on their native servers."
)
_INSTRUCTION_ROUNDS = 3
"""Enough for an interval: they hardly differ."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asked for; None stands for the default of the profile."""

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
    workers: str | None = None
    database: tuple[str, ...] | None = None
    generators: int | None = None
    listen: str | None = None
    web: str | None = None

    def flags(self) -> list[str]:
        """The flags that were given, as the user writes them, but --resume, and --listen and --web, which may be others
        then.
        """
        asked = [field.name for field in fields(self) if getattr(self, field.name) is not None]
        return [_FLAGS.get(name, f"--{name}") for name in asked if name not in ("resume", "listen", "web")]


def planned(wishes: Wishes, workspace: Workspace, tell: Tell, leave_out: discovery.LeaveOut) -> Plan:
    """The plan of a new run; `tell` hears what is compared with what, and `leave_out` of apps with broken manifests.

    Raises UsageError for what does not exist, and NothingChanged where only what differs from a commit was asked for,
    and nothing does.
    """
    names, profile = _names(wishes.apps, "--apps"), _profile(wishes)
    # Against another edition only those are measured that differ, and any may; on another Python all do.
    any_may = wishes.against is not None and not editions.on_another_python(wishes.against)
    apps = discovery.choose(workspace.apps, names or (() if any_may else (profile.apps,)), leave_out)
    if not names:
        apps = discovery.unasked(apps)
    reference, aside = None, dict[str, str]()
    if wishes.against is None and profile.servers == "common":
        apps, aside = _on_one_server(apps, names)
    if wishes.against is not None:
        reference, sentence = editions.resolve(wishes.against, workspace.root)
        apps = editions.line_up(reference, apps, workspace, named=bool(names))
        if not apps:
            raise NothingChanged(
                f"No app differs, so there is nothing to compare; --apps names some all the same. {sentence}"
            )
        tell(sentence)
    on = wishes.database or (databases.DEFAULT,)
    apps = tuple(on_some(apps, on, tell, named=bool(names)))
    seed = secrets.randbelow(2**31) if wishes.seed is None else wishes.seed
    return plan.make(
        profile,
        apps,
        seed,
        chosen=_names(wishes.chosen, "--workloads"),
        baseline=wishes.baseline,
        on=on,
        operations=_names(wishes.operations, "--operations"),
        against=reference,
        workers=_workers(wishes.workers),
        team=wished_team(wishes),
        absent=_absent(names or (profile.apps,), workspace) | aside,
    )


def _on_one_server(apps: Sequence[App], names: Sequence[str]) -> tuple[tuple[App, ...], dict[str, str]]:
    """The apps that run on the common server, and why others of the same group are not measured there.

    Raises UsageError where one of those is named, or nothing else is left.
    """
    kept = tuple(app for app in apps if app.usual_server == COMMON)
    aside = {str(app): _ITS_OWN.format(app) for app in apps if app not in kept}
    for app in apps:
        if str(app) in aside and (not kept or discovery.is_named(app, names)):
            raise UsageError(aside[str(app)])
    return kept, aside


def _workers(text: str | None) -> list[int]:
    """How many workers servers have, from fewest to most."""
    names = _names(text, "--workers") or ("1",)
    if odd := [name for name in names if not (name.isascii() and name.isdigit() and 1 <= int(name) <= _MOST_WORKERS)]:
        raise UsageError(f"--workers takes numbers from 1 to {_MOST_WORKERS}, as in 1,2,4, and not {odd[0]!r}.")
    return sorted({int(name) for name in names})


def wished_team(wishes: Wishes) -> Team:
    """Who loads, and where that is shown; raises UsageError for a --listen or a --web that is no such place."""
    return Team(
        wishes.generators or 1,
        team.place(wishes.listen, "--listen") if wishes.listen else None,
        team.page_place(wishes.web) if wishes.web is not None else None,
    )


def _absent(names: Sequence[str], workspace: Workspace) -> dict[str, str]:
    """Who of the groups that are asked for cannot run here, each with the reason."""
    known = discovery.choose(workspace.apps, (), lambda _: None, runnable=False)
    return checkouts.absent(discovery.select(known, names))


def on_some(apps: Iterable[App], on: Sequence[str], tell: Tell, *, named: bool) -> Iterator[App]:
    """Those of the apps that work on one of the databases at least; `tell` hears of what is left out.

    Who is `named` and works on none stays, to be refused.
    """
    for app in apps:
        lacking = [name for name in on if name not in app.databases]
        if lacking and (len(lacking) < len(on) or not named):
            tell(f"{app} is left out on {' and '.join(lacking)}: its manifest lists {', '.join(app.databases)}.")
        if named or len(lacking) < len(on):
            yield app


def _profile(wishes: Wishes) -> Profile:
    profile = PROFILES[wishes.profile or ("ci" if wishes.against else "quick")]
    if profile.name == "quick" and len(wishes.database or ()) > 1:
        profile = PROFILES["matrix"]
    if wishes.kind:
        profile = replace(profile, servers=wishes.kind)
    if wishes.instructions:
        profile = replace(profile, instruction_rounds=_INSTRUCTION_ROUNDS)
    if wishes.count and profile.name == "micro":
        counts = min(wishes.count, profile.instruction_rounds)
        profile = replace(profile, micro_rounds=wishes.count, instruction_rounds=counts)
    elif wishes.count:
        profile = replace(profile, rounds=wishes.count, most_rounds=wishes.count)
    return profile


def _names(text: str | None, flag: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    if text is not None and not names:
        raise UsageError(f"{flag} names nothing.")
    return tuple(dict.fromkeys(names))
