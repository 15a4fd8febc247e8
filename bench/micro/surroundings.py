"""What a process in an app's environment is given to see: its database, its code, its brief, and little else."""

import json
import os
from pathlib import Path
from typing import Any

from bench.contract import database
from bench.model import App

INSIDE = Path(__file__).with_name("inside")
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def prepare(app: App, brief: dict[str, Any], name: str, pristine: Path, scratch: Path) -> dict[str, str]:
    """Lay in `scratch`, under `name`, a database of its own and the brief; returns the environment variables."""
    data, told = scratch / f"{name}.db", scratch / f"{name}.json"
    database.copy(pristine, data)
    told.write_text(json.dumps(brief), "utf-8")
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "DATABASE_URL": database.url(data),
        "PYTHONPATH": os.pathsep.join((str(app.folder), str(INSIDE))),
        "FAIRGROUND_MICRO": str(told),
    }
