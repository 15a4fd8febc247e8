"""The environment variables of a process in an app's environment: database, code, brief, and little else."""

import json
import os
from pathlib import Path
from typing import Any

from bench.databases.protocol import Database
from bench.host import variables
from bench.model import App
from bench.suts import checkouts

INSIDE = Path(__file__).with_name("inside")


def prepare(app: App, brief: dict[str, Any], name: str, database: Database, scratch: Path) -> dict[str, str]:
    """Write the brief to the file `name`.json in `scratch`; returns the environment variables."""
    written = scratch / f"{name}.json"
    written.write_text(json.dumps(brief), "utf-8")
    return variables.kept() | {
        "DATABASE_URL": database.url,
        "PYTHONPATH": os.pathsep.join((str(app.folder), str(INSIDE))),
        "FAIRGROUND_MICRO": str(written),
        **checkouts.surroundings(app, scratch),
    }
