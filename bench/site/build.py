"""The whole site, from stored and published runs to files. One run is held at a time; of the others, their cards."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.analysis import history
from bench.analysis.history import RunKind, Trend
from bench.errors import StorageError, UsageError
from bench.model import Tell
from bench.report import files, pages, svg
from bench.report.html import Drawing
from bench.site import card, charts, feeds, page, panels, place, published, stored
from bench.site.shelf import Drawn, Shelf
from bench.site.stored import Source
from bench.store import storage
from bench.store.plausible import CONTRADICTIONS
from bench.store.results import Run
from bench.words import counted, one_line

WHOLE = 100
"""How many runs, the newest, have a whole report; of older ones there is a short page, with their figures."""


def build(results: Path, into: Path, url: str | None, tell: Tell, whole: int = WHOLE) -> int:
    """Build the site from all runs in `results`, and from those published at `url` that are not there; returns how many
    runs had to be left out. What stands in `into` and would come out the same is not drawn again.

    Raises UsageError and StorageError where there is nothing to build or no place for it; `into` then stays as it was.
    """
    with place.replacing(into) as part, tempfile.TemporaryDirectory() as scratch:
        before = Shelf(into)
        local = stored.survey(results, before.name_of)
        for fault in local.faults:
            tell(fault)
        fetched = _fetched(url, local.runs, before, Path(scratch), tell) if url else {}
        runs = stored.together(fetched, local.runs)
        if not runs:
            raise StorageError(f"There is no run in {results} to build a site of; `make bench` makes one.")
        drawn = list(_draw_all(runs, before, part, tell, whole))
        if not drawn:
            raise StorageError("None of the runs can be drawn, so there is no site to build.")
        _say_together(drawn, part)
        return len(local.faults) + len(runs) - len(drawn)


def _fetched(url: str, known: Mapping[str, Source], before: Shelf, scratch: Path, tell: Tell) -> dict[str, Source]:
    fetched = published.fetch(url, known, before.run, scratch)
    if fetched is None:
        tell(f"Nothing is published at {url} yet: this site is its first.")
        return {}
    came = sum(source.path.parent == scratch for source in fetched.values())
    here = len(fetched) - came
    tell(f"{counted(came, 'run')} came from {url}{f', besides {here} that stood here already' if here else ''}.")
    return fetched


def _draw_all(runs: Mapping[str, Source], before: Shelf, part: Path, tell: Tell, whole: int) -> Iterator[Drawn]:
    """The folder of each run, oldest first, but for those that cannot be drawn."""
    newest = set(sorted(runs)[-whole:])
    for run in sorted(runs):
        folder, source, in_full = part / "runs" / run, runs[run], run in newest
        drawn = before.take(source.sha256, in_full, folder) or _draw(run, source, before, folder, tell, in_full)
        if drawn:
            yield drawn


def _draw(run: str, source: Source, shelf: Shelf, folder: Path, tell: Tell, whole: bool) -> Drawn | None:
    """Draw the files of one run; None where that is impossible.

    A stored run may come from anywhere, and may contradict itself in ways that no schema forbids.
    """
    try:
        loaded = _called(run, storage.load(source.path))
    except StorageError as error:
        tell(f"Left out: {error}")
        return None
    try:
        faces = files.whole(loaded) if whole else files.brief(loaded)
        contents = {name: text.encode("utf-8") for name, text in faces.items()} | {"run.json": storage.as_json(loaded)}
        in_brief = card.of(loaded)
    except (UsageError, *CONTRADICTIONS) as error:
        why = one_line(f"{type(error).__name__}: {error}")[:100]
        tell(f"Left out: the run {run} contradicts itself ({why}).")
        return None
    return shelf.keep(source.sha256, whole, in_brief, contents, folder)


def _called(name: str, run: Run) -> Run:
    """The run under the id that it has on the site."""
    return run if run.run.id == name else replace(run, run=replace(run.run, id=name))


def _say_together(drawn: Sequence[Drawn], part: Path) -> None:
    """The index, and what machines read."""
    cards = [one.card for one in drawn]
    trends = history.trends(one.points for one in cards)
    charts_of = {kind: _drawings(trends, kind) for kind in page.drawable(trends)}
    _write(part / "index.html", page.render(cards, trends, charts_of))
    for trend in trends:
        _write(part / feeds.place(trend), _json(feeds.trend(trend)))
    digests = {one.card.id: one.files["run.json"] for one in drawn}
    lists = {"runs": feeds.listing(cards, digests), "trends": feeds.trends(trends), "badge": feeds.badge(cards)}
    for name, data in lists.items():
        _write(part / f"{name}.json", _json(data))


def _drawings(trends: Sequence[Trend], kind: RunKind) -> dict[str, list[Drawing]]:
    return {
        metric: [
            Drawing(panel.title, svg.render(charts.panel(panel), panel.description), panel.note) for panel in drawn
        ]
        for metric, drawn in panels.of_kind(trends, kind).items()
    }


def _write(path: Path, text: str) -> None:
    storage.write(path, text, synced=False)  # the folder is, before it counts


def _json(data: Any) -> str:
    """The text in ASCII, so that nothing in it can control the terminal, and in one line, for there are many."""
    return json.dumps(pages.clean(data), separators=(",", ":"), allow_nan=False).replace("\x7f", "\\u007f") + "\n"
