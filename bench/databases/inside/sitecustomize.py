"""Logs what an app has SQLite execute. Runs in an app's environment, imports nothing of ours.

Python imports a module of this name by itself when it starts, from any folder on its path. Every data layer opens its
connections by the function or by the class that are replaced here.
"""

import json
import os
import sqlite3
from pathlib import Path
from sqlite3 import dbapi2
from typing import Any

_LOG = Path(os.environ["FAIRGROUND_STATEMENTS"])
_connect = sqlite3.connect


def _note(statement: str) -> None:
    """One line, written at once: other threads and processes of the app do the same."""
    with _LOG.open("a", encoding="ascii") as log:
        log.write(f"{json.dumps(statement)}\n")


class _Connection(sqlite3.Connection):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.set_trace_callback(_note)


def _connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
    connection: sqlite3.Connection = _connect(*arguments, **{"factory": _Connection, **options})
    return connection


for module in (sqlite3, dbapi2):
    vars(module).update(connect=_connected, Connection=_Connection)
