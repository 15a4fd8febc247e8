"""The command line of a SUT's server, from the server's entry in the table. Pure."""

from pathlib import Path

from bench.errors import UsageError
from bench.identity import OWN
from bench.model import Sut
from bench.suts import server_table

_LAUNCHER = Path(__file__).with_name("launcher.py")
_NO_SETTINGS = Path(__file__).with_name("no_settings.py")


def command(sut: Sut, python: Path, host: str, port: int) -> list[str]:
    """The command line that serves `sut` on `host`:`port`, its programs those beside the interpreter `python`.

    Raises UsageError for a server that does not exist, cannot serve the app or cannot have so many workers.
    """
    server, app = server_table.find(sut.server), sut.app
    if app.interface not in server.interfaces:
        spoken = "is its own server" if app.interface == OWN else f"speaks {app.interface}"
        other = f"{server.name} serves no other app" if server.name == OWN else f"{server.name} cannot serve it"
        raise UsageError(f"{app} {spoken}, and {other}; use {app.usual_server}.")
    if sut.workers > 1 and not server.scales:
        raise UsageError(f"{server.name} has one worker process, and {sut.id} asks for {sut.workers}.")
    call = server.factory if app.application.endswith("()") else ""
    values = {
        "interface": app.interface,
        "host": host,
        "port": port,
        "workers": sut.workers,
        "threads": server.threads,
        "launcher": _LAUNCHER,
        "no_settings": _NO_SETTINGS,
        "application": app.application.removesuffix("()") if call else app.application,
    }
    program, *words = server.command.replace("{application}", f"{call} {{application}}").split()
    return [str(python.with_name(program)), *(word.format_map(values) for word in words)]
