"""`python -m bench` in a yard: `python -m tests.faults.command FOLDER ARGUMENT...`."""

import sys
from pathlib import Path

from bench import cli
from tests.faults import yard

if __name__ == "__main__":
    yard.furnish(setattr)
    sys.argv = ["bench", *sys.argv[1:]]
    folder = Path(sys.argv.pop(1))
    cli.main(sys.argv[1:], yard.workspace(folder))
