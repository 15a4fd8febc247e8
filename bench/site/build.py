"""The whole site, from stored and published runs to files."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.analysis import history
from bench.analysis.history import RunKind, Trend
from bench.errors import StorageError, UsageError
from bench.model import Tell
from bench.report import files, pages, svg
from bench.report.html import Drawing
from bench.site import charts, feeds, page, panels, place, published, stored
from bench.store import storage
from bench.store.plausible import CONTRADICTIONS
from bench.store.results import Run
from bench.words import counted, one_line


def build(results: Path, into: Path, url: str | None, tell: Tell) -> int:
    """Build the site from all runs in `results`, and from those published at `url` that are not there; returns how many
    runs had to be left out.

    Raises UsageError and StorageError where there is nothing to build or no place for it; `into` then stays as it was.
    """
    with place.replacing(into) as part:
        local = stored.read(results)
        for fault in local.faults:
            tell(fault)
        runs = local.runs | (_fetched(url, local.runs, tell) if url else {})
        if not runs:
            raise StorageError(f"There is no run in {results} to build a site of; `make bench` makes one.")
        return len(local.faults) + _fill(part, [runs[run] for run in sorted(runs)], tell)


def _fetched(url: str, known: Mapping[str, Run], tell: Tell) -> dict[str, Run]:
    fetched = published.fetch(url, known)
    if fetched is None:
        tell(f"Nothing is published at {url} yet: this site is its first.")
        return {}
    tell(f"{counted(len(fetched), 'run')} came from {url}.")
    return fetched


def _fill(part: Path, runs: Sequence[Run], tell: Tell) -> int:
    """Draw everything into `part`; returns how many runs could not be drawn."""
    sound = [run for run in runs if _draw(run, part / "runs" / run.run.id, tell)]
    if not sound:
        raise StorageError("None of the runs can be drawn, so there is no site to build.")
    trends = history.trends(sound)
    drawn = {kind: _drawings(trends, kind) for kind in page.drawable(trends)}
    storage.write(part / "index.html", page.render(sound, trends, drawn))
    files = {"runs": feeds.listing(sound), "trends": feeds.trends(trends), "badge": feeds.badge(sound)}
    for name, data in files.items():
        storage.write(part / f"{name}.json", _json(pages.clean(data)))
    return len(runs) - len(sound)


def _draw(run: Run, folder: Path, tell: Tell) -> bool:
    """Draw the files of one run; returns whether that was possible.

    A stored run may come from anywhere, and may contradict itself in ways that no schema forbids.
    """
    try:
        files.write(run, folder)
        storage.write(folder / "run.json", _json(storage.as_json(run)))
    except (UsageError, *CONTRADICTIONS) as error:
        shutil.rmtree(folder, ignore_errors=True)
        why = one_line(f"{type(error).__name__}: {error}")[:100]
        tell(f"Left out: the run {run.run.id} contradicts itself ({why}).")
        return False
    return True


def _drawings(trends: Sequence[Trend], kind: RunKind) -> dict[str, list[Drawing]]:
    return {
        metric: [
            Drawing(panel.title, svg.render(charts.panel(panel), panel.description), panel.note) for panel in drawn
        ]
        for metric, drawn in panels.of_kind(trends, kind).items()
    }


def _json(data: Any) -> str:
    """The text in ASCII, so that nothing in it can control the terminal."""
    return json.dumps(data, indent=1, allow_nan=False).replace("\x7f", "\\u007f") + "\n"
