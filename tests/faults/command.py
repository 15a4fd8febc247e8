"""`python -m bench` in a yard: `python -m tests.faults.command FOLDER ARGUMENT...`."""

import sys
from pathlib import Path

from bench.__main__ import interruptible

if __name__ == "__main__":
    with interruptible():
        from bench import cli
        from tests.faults import yard

        yard.furnish(setattr)
        sys.argv = ["bench", *sys.argv[1:]]
        folder = Path(sys.argv.pop(1))
        cli.main(sys.argv[1:], yard.workspace(folder))
