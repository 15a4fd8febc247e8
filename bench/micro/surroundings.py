"""What a process in an app's environment is given to see: its database, its code, its instructions, and little else."""

import os
from pathlib import Path

from bench.model import App
from bench.spec import database

INSIDE = Path(__file__).with_name("inside")
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def of(app: App, data: Path, instructions: Path) -> dict[str, str]:
    """The environment variables of such a process."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "DATABASE_URL": database.url(data),
        "PYTHONPATH": os.pathsep.join((str(app.folder), str(INSIDE))),
        "FAIRGROUND_MICRO": str(instructions),
    }
