"""A yard of tiny apps: their servers fail as they are asked to, and a run over all of them takes a second or two.

What is replaced is only what takes long and is not what fails: environments, the contract, the start of a server.
"""

import contextlib
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import psutil

from bench.cli import measuring
from bench.measure import orders, rounds, verification
from bench.measure.profiles import PROFILES
from bench.model import Sut
from bench.profile import Profile
from bench.suts import environments, launch, servers
from bench.workspace import ROOT, Workspace

TINY = Path(__file__).with_name("tiny.py")
PROFILE = Profile(
    "tiny",
    "for what goes wrong",
    ("json",),
    rounds=2,
    most_rounds=2,
    concurrency=2,
    turns=4,
    slice_s=0.01,
    warm_up_turns=1,
)
READY_WITHIN_S, ANSWER_WITHIN_S, STOP_WITHIN_S = 1.0, 0.8, 0.3
"""The first two long enough for a busy machine, on which who does not fail may not be late."""
_MANIFEST = """\
label = "{name}"
package = "python"
interface = "wsgi"
application = "{fault}:app"
data_layer = "none"
databases = ["sqlite"]
native_server = "gunicorn"
"""

Replace = Callable[[Any, str, Any], None]


def workspace(folder: Path) -> Workspace:
    """A place for apps and for results of theirs, where somebody who measures elsewhere is in nobody's way."""
    return Workspace(ROOT, folder / "apps", folder / "results", folder / "state", folder / "lock")


def add(yard: Workspace, name: str, fault: str = "sound") -> None:
    """An app whose server does what `fault` says: a name in `tiny.py`, and a number."""
    folder = yard.apps / f"{name}_app"
    folder.mkdir(parents=True)
    kind, _, number = fault.partition(":")
    (folder / "app.toml").write_text(_MANIFEST.format(name=name.title(), fault=f"{kind}.at_{number or 0}"))
    for pins in ("requirements.in", "requirements.txt"):
        (folder / pins).write_text("")


def furnish(put: Replace, profile: Profile = PROFILE) -> None:
    """Replace what takes long: `put` is setattr, or what undoes it afterwards."""
    PROFILES[profile.name] = profile
    (option,) = (option for option in measuring.run_.params if option.name == "profile")
    put(option, "type", click.Choice([profile.name]))
    closed, serve = orders.closed, servers.serve

    def impatient(*arguments: Any) -> Any:
        return replace(closed(*arguments), answer_within_s=ANSWER_WITHIN_S)

    def serve_soon(*arguments: Any, **options: Any) -> Any:
        return serve(*arguments, **options, ready_within_s=READY_WITHIN_S)

    put(orders, "closed", impatient)
    put(servers, "serve", serve_soon)
    put(servers, "_STOP_WITHIN_S", STOP_WITHIN_S)
    put(launch, "command", _command)
    put(environments, "prepare", lambda *_: iter(()))
    put(environments, "versions", lambda app, packages, state: dict.fromkeys(packages, "1.0"))
    put(rounds.smoke, "check", lambda url, unsupported: None)
    put(verification, "verify_suts", lambda suts, *_, **__: {sut.id: [] for sut in suts})


def command_line(process: psutil.Process) -> str:
    """How a process was started; nothing where it has ended meanwhile."""
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def _command(sut: Sut, _: Path, host: str, port: int) -> list[str]:
    kind, _, number = sut.app.application.removesuffix(":app").partition(".at_")
    return [sys.executable, "-S", "-E", str(TINY), host, str(port), f"{kind}:{number}"]
