"""`bench generator`: load servers for a run on another machine."""

import click

from bench.cli.console import ERR, in_workspace
from bench.errors import LoadError
from bench.host import local
from bench.load import team
from bench.load.joining import join
from bench.load.team import Ending, MeetingPlace
from bench.words import counted
from bench.workspace import Workspace

_ENDINGS = {
    Ending.NO_MASTER: "Nobody listened at {}: start the run there, with --listen, and then its generators.",
    Ending.MASTER_GONE: "The run at {} fell silent, so this generator ended.",
    Ending.REFUSED: "The run at {} has other code of the suite: bring both machines to the same commit.",
}


@click.command("generator")
@click.option("--join", "there", required=True, metavar="ADDRESS:PORT", help="Where the run listens.")
@click.option("--generators", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes, one a core.")
@in_workspace
def generator_(_: Workspace, /, there: str, generators: int) -> None:
    """Be a load generator of a run on another machine, until that ends.

    The run was started with --listen. It says which servers are loaded, and how: join none that you do not trust.
    """
    place = team.place(there, "--join")
    with local.host() as host:
        ERR.print(f"Waiting for a run at {place}; Ctrl-C ends this.", markup=False, soft_wrap=True)
        for ending in join(place, generators, host, lambda joined: _tell(joined, generators, place)):
            if ending is not Ending.DONE:
                raise LoadError(_ENDINGS[ending].format(place))
    ERR.print("The run is over, or goes on without this generator.")


def _tell(joined: int, generators: int, place: MeetingPlace) -> None:
    if joined == generators:
        ERR.print(f"{counted(generators, 'generator')} joined the run at {place}.", markup=False, soft_wrap=True)
