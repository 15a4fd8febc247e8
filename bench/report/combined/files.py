"""The faces of a combined report that are files, and the folder that they are written to."""

import json
from pathlib import Path

from bench.errors import StorageError
from bench.report.combined import page, text
from bench.report.combined.view import CombinedView
from bench.store import archive, storage


def write(view: CombinedView, folder: Path) -> None:
    """Write every face into `folder`; raises StorageError where the disk refuses, and for the folder of a run, whose
    own report it would replace.
    """
    if archive.is_run(folder):
        raise StorageError(f"{folder} holds a run with its report; name another folder with --into.")
    faces = {"report.html": page.render(view), "report.md": text.render(view), "report.json": as_json(view)}
    for name, content in faces.items():
        storage.write(folder / name, content)


def as_json(view: CombinedView) -> str:
    """The report for machines, in ASCII, so that nothing in it can control a terminal."""
    return json.dumps(text.data(view), indent=1, allow_nan=False).replace("\x7f", "\\u007f") + "\n"
