"""What a process in an app's environment is given to see: its database, its code, its brief, and little else."""

import json
import os
from pathlib import Path
from typing import Any

from bench.databases.protocol import Template
from bench.model import App

INSIDE = Path(__file__).with_name("inside")
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def prepare(app: App, brief: dict[str, Any], name: str, template: Template, scratch: Path) -> dict[str, str]:
    """Make a database of its own, called `name`, and lay the brief in `scratch`; returns the environment variables."""
    written = scratch / f"{name}.json"
    written.write_text(json.dumps(brief), "utf-8")
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "DATABASE_URL": template.copy(name).url,
        "PYTHONPATH": os.pathsep.join((str(app.folder), str(INSIDE))),
        "FAIRGROUND_MICRO": str(written),
    }
