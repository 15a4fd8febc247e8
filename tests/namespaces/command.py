"""`python -m bench` in a yard, with slices and patience for a network: `... FOLDER USERS ARGUMENT...`."""

import sys
from dataclasses import replace
from pathlib import Path

from bench.__main__ import interruptible

if __name__ == "__main__":
    with interruptible():
        from bench import cli
        from tests.faults import yard

        yard.ANSWER_WITHIN_S = 5.0
        folder, users, *arguments = sys.argv[1:]
        sys.argv = ["bench", *arguments]
        yard.furnish(setattr, replace(yard.PROFILE, concurrency=int(users), slice_s=0.4, turns=2))
        cli.main(arguments, yard.workspace(Path(folder)))
