"""`python -m bench` in a yard, with slices and patience for a network: `... FOLDER ARGUMENT...`."""

import sys
from dataclasses import replace
from pathlib import Path

from bench.__main__ import interruptible

if __name__ == "__main__":
    with interruptible():
        from bench import cli
        from tests.faults import yard

        yard.ANSWER_WITHIN_S = 5.0
        yard.furnish(setattr, replace(yard.PROFILE, concurrency=4, slice_s=0.4, turns=2))
        sys.argv = ["bench", *sys.argv[1:]]
        folder = Path(sys.argv.pop(1))
        cli.main(sys.argv[1:], yard.workspace(folder))
