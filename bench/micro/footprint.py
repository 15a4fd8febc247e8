"""What an app takes before it serves anything: time, memory, disk, dependencies, lines."""

import json
import subprocess
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

from bench.contract import operations, seed
from bench.contract.operations.operation import CORE
from bench.contract.operations.read_item import READ_ITEM
from bench.errors import SetupError
from bench.host.processes import ending
from bench.micro import surroundings
from bench.micro.questions import as_json
from bench.micro.sessions import Setting
from bench.model import App, Sut
from bench.store.footprints import Footprint
from bench.suts import code, environments, pins

_PROBE = surroundings.INSIDE / "probe.py"
_WITHIN_S = 60.0
_FIRST = READ_ITEM.ask(item=seed.items()[0])
_LANGUAGES = (".py", ".html", ".tpl", ".mako", ".jinja", ".jinja2", ".j2", ".yml", ".yaml")


def measure(sut: Sut, setting: Setting) -> Footprint:
    """Load the app once in a fresh interpreter and measure that; raises SetupError where it does not load."""
    app = sut.app
    seen_at = setting.scratch / f"footprint-{sut.id}.seen"
    seen_at.unlink(missing_ok=True)
    brief = {"application": app.application, "interface": app.interface, "question": as_json((_FIRST,))}
    brief["seen_at"] = str(seen_at)
    name = f"footprint-{sut.id}"
    environment = surroundings.prepare(app, brief, name, setting.template.copy(name), setting.scratch)
    try:
        python = environments.python(app, setting.state)
        done = setting.host.run([python, _PROBE], _WITHIN_S, cwd=app.folder, env=environment)
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"{sut.id} does not load within {_WITHIN_S:.0f} s.") from error
    if done.returncode or not seen_at.is_file():
        reason = done.stderr.strip().splitlines() or [f"it ended with {ending(done.returncode)} and no word"]
        raise SetupError(f"{sut.id} does not load: {reason[-1]}")
    seen = json.loads(seen_at.read_text("utf-8"))
    packages, by_group = required(app, setting.state), lines(app)
    return Footprint(
        sut=sut.id,
        **seen,
        installed_bytes=_installed_bytes(packages),
        distributions=len(packages),
        lines=sum(by_group.values()),
        group_lines={group: count for group, count in by_group.items() if group != CORE.id},
    )


def required(app: App, state: Path) -> list[metadata.Distribution]:
    """The distributions that the app's lock file pins, as far as they are installed on this platform."""
    names = pins.locked(app.lock)
    (site,) = (environments.folder(app, state) / "lib").glob("python*/site-packages")
    return [
        distribution
        for distribution in metadata.distributions(path=[str(site)])
        if canonicalize_name(distribution.name) in names
    ]


def lines(app: App) -> dict[str, int]:
    """Lines of the app's own code and templates that are neither blank nor comment, by group of operations.

    A file that serves one optional group alone counts for that, and nowhere if the app does not offer it. All others
    count for the core, with the handlers of groups that stand in them.
    """
    by_group = dict.fromkeys((CORE.id, *app.groups), 0)
    for path, count in lines_of_files(app):
        if (group := operations.group_of_file(path.stem).id) in by_group:
            by_group[group] += count
    return by_group


def lines_of_files(app: App) -> Iterator[tuple[Path, int]]:
    """The files of the app's own code and templates, each with its lines that are neither blank nor comment."""
    for path in code.files(app.folder, app.foreign):
        if path.suffix in _LANGUAGES:
            yield path, _lines(path.read_text("utf-8", "replace"))


def _lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))


def _installed_bytes(distributions: list[metadata.Distribution]) -> int:
    files = (
        Path(str(distribution.locate_file(file))) for distribution in distributions for file in distribution.files or ()
    )
    return sum(path.stat().st_size for path in files if path.is_file() and path.suffix != ".pyc")
