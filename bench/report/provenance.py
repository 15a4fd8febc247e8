"""Where a run was measured, with what, and how to repeat it. Pure."""

from collections.abc import Iterator

from bench.identity import DATABASES
from bench.store.results import Run
from bench.words import counted


def facts(run: Run) -> Iterator[tuple[str, str]]:
    """Facts about the machine and the run, as measured."""
    here = run.environment
    quota = f", of which a quota allows {here.cpu_quota:.3g}" if here.cpu_quota else ""
    yield "Processor", f"{here.cpu or 'unknown'}, {here.cores} cores{quota}, {here.memory_bytes / 2**30:.0f} GiB"
    databases = "".join(f", {DATABASES.get(name, name)} {version}" for name, version in here.databases.items())
    yield "System", f"{here.system} {here.kernel}, {here.python}{databases}"
    for name, settings in here.database_settings.items():
        chosen = ", ".join(f"{setting} {value}" for setting, value in settings.items())
        yield DATABASES.get(name, name), chosen
    yield "Generator", f"Locust {here.tools.get('locust')}, gevent {here.tools.get('gevent')}{_several(run)}"
    if other := here.generator:
        cores = f"{other.cpu or 'unknown'}, {other.cores} cores, {other.memory_bytes / 2**30:.0f} GiB"
        yield "Machine of the generator", f"{cores}, {other.kernel}, {other.python}"
    if here.network:
        yield "Network", here.network.spoken
    yield "Placement", here.pinning or "unknown"
    dirty = " with uncommitted changes" if here.dirty else ""
    unknown = f"unknown ({here.no_commit})" if here.no_commit else "unknown"
    yield "Fairground", f"commit {here.commit or unknown}{dirty}"
    if valgrind := here.tools.get("valgrind"):
        yield "Instructions", f"counted by valgrind {valgrind}"
    yield "Rounds", f"{len(run.rounds)}, {sum(round_.wall_s for round_ in run.rounds):.0f} s, seed {run.run.seed}"
    yield "Started", run.run.started_at
    yield "Command", run.run.command
    yield "Servers", ", ".join(dict.fromkeys(sut.server for sut in run.suts))


def _several(run: Run) -> str:
    """How many generators there were, where there were several or they were elsewhere."""
    number = run.plan.generators
    if run.plan.generators_join:
        return f", {counted(number, 'generator')} outside this machine"
    return f", {number} processes" if number > 1 else ""
