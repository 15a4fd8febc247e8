"""A run on two hosts, kept as an example: `python -m tests.namespaces.example FOLDER [OPTION...]`, as root.

Two namespaces stand for the hosts, and a cable with a round trip of a millisecond for the network. The options are
those of `run`; without any, a few minutes are measured.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from bench.measure.reaching import TOKEN
from bench.store import archive
from tests.commands import Commands
from tests.namespaces import hosts
from tests.namespaces.hosts import FAR_ADDRESS, Hosts

ROUND_TRIP_S = 0.001
OPTIONS = ("--profile", "quick", "--apps", "flask,django,wsgi", "--rounds", "7")
FILES = ("run.json", "report.md", "report.html", "summary.csv", "chart.svg")


def measure(laid: Hosts, options: tuple[str, ...], scratch: Path) -> Path:
    """The folder of a run over the cable; exits with what it said where there is none."""
    laid.cable.delay_s = ROUND_TRIP_S / 2
    with (
        Commands(scratch, before=hosts.within(laid.far)) as far,
        Commands(scratch, before=hosts.within(laid.near)) as near,
    ):
        agent = far.start("agent", "--listen", f"{FAR_ADDRESS}:7070", "--trust-network")
        assert agent.stdout
        door, token = agent.stdout.readline().split()
        out, said = near.start("run", "--agent", door, *options, **{TOKEN: token}).communicate()
        if not archive.every(near.results):
            sys.exit(said)
        print(out)
        return archive.latest(near.results)


def main(folder: Path, options: tuple[str, ...] = OPTIONS) -> None:
    """Measure, and copy the report and what was measured into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as scratch, hosts.two() as laid:
            measured = measure(laid, options, Path(scratch))
            for name in filter(lambda name: (measured / name).exists(), FILES):
                shutil.copyfile(measured / name, folder / name)
    except pytest.skip.Exception as skipped:
        sys.exit(f"This takes root: {skipped}.")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or OPTIONS)
