"""A combined report as text: Markdown for a document, tables for a terminal, JSON for machines."""

import math
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from bench.estimate import Estimate
from bench.report import grids, markdown, pages, terminal
from bench.report.combined import words
from bench.report.combined.tables import Across, Block, CombinedTable
from bench.report.combined.view import ELSEWHERE, FACTS, CombinedView
from bench.report.markdown import text
from bench.words import one_line

SCHEMA_VERSION = 1
LAST_COLUMN = (
    "The last column is where the ratio of a run on another machine will lie, with 95 % confidence; each machine "
    "counts once there."
)
READING = (
    "A cell is the ratio to the baseline in that run, with its 95 % interval over the rounds, and below it the "
    f"absolute figure. No ratio is taken across machines. {LAST_COLUMN} It is empty where a run has a bound or no "
    "interval, where the runs averaged other workloads, and where requests arrived at rates more than a third apart. "
    "▲ faster and ▼ slower than the baseline ●, = a tie, ? inconclusive, ✗ failed, – nothing."
)
CONTRADICT = "Machines contradict each other"


def render(view: CombinedView) -> str:
    """The whole report as Markdown, ending in a newline."""
    return "\n".join(_lines(view)) + "\n"


def show(view: CombinedView, console: Console) -> None:
    """Print the headline and the ratios over all workloads, where there are such; report.html has the others."""
    terminal.widen(console)
    for sentence in _contradictions(view):
        _say(console, sentence, "bold magenta")
    _say(console, view.headline, "bold")
    console.print()
    for table in view.tables:
        blocks = [block for block in table.blocks if block.overall]
        if blocks:
            grids.show(_grid(view, table, blocks), console)
    _say(console, READING, "dim")


def data(view: CombinedView) -> dict[str, Any]:
    """The same for machines; an interval without ends has null for both."""
    runs = [
        {"run": place.run.run.id, "machine": place.machine, "fingerprint": place.run.environment.fingerprint}
        | {"cpu": place.run.environment.cpu, "cores": place.run.environment.cores}
        for place in view.combination.places
    ]
    rows = [row for table in view.tables for block in table.blocks for row in block.rows]
    document = {
        "schema_version": SCHEMA_VERSION,
        "headline": view.headline,
        "contradictions": list(view.contradictions),
        "runs": runs,
        "ratios": [_ratio(view, row) for row in rows if row.ratio.seen],
    }
    cleaned: Any = pages.clean(document)
    return dict(cleaned)


def _ratio(view: CombinedView, row: Across) -> dict[str, Any]:
    sut, baseline, workload, metric = row.ratio.key
    outlook = view.combination.outlook(row.ratio)
    here = [
        _estimate(shown[1].here) | {"verdict": shown[1].verdict, "bound": shown[0].strip()} if shown else None
        for shown in row.ratio.here
    ]
    beyond = _estimate(outlook.ratio) | {"verdict": outlook.verdict, "machines": outlook.runs} if outlook else None
    return {"sut": sut, "baseline": baseline, "workload": workload, "metric": metric, "here": here, "elsewhere": beyond}


def _estimate(seen: Estimate) -> dict[str, Any]:
    low, high = seen.ends
    return {"value": seen.value if math.isfinite(seen.value) else None, "low": low, "high": high}


def _contradictions(view: CombinedView) -> Iterator[str]:
    few, rest = words.few(view.contradictions)
    if few:
        yield f"{CONTRADICT}:"
        yield from few
    if rest:
        yield rest


def _lines(view: CombinedView) -> Iterator[str]:
    yield from (f"# {text(view.title)}", "")
    if view.contradictions:
        first, *others = _contradictions(view)
        yield from (f"> **{first}**", ">", *(f"> - {text(sentence)}" for sentence in others), "")
    yield from (f"**{text(view.headline)}**", "", READING, "", "## Machines", "")
    yield from (f"| | run | {' | '.join(FACTS)} | checks |", "|---" * (len(FACTS) + 3) + "|")
    for one in view.facts:
        yield f"| **{one.name}** | {' | '.join(map(text, (one.run, *one.facts, one.trust)))} |"
    yield ""
    for table in view.tables:
        yield from _table(view, table)


def _table(view: CombinedView, table: CombinedTable) -> Iterator[str]:
    heads = [one.name for one in view.facts]
    yield from (f"## {table.title}", "", f"{table.legend} Ratios are to {text(view.labels[table.baseline])}.", "")
    yield from (f"| | | {' | '.join((*heads, ELSEWHERE))} |", "|---" * (len(heads) + 3) + "|")
    for block in table.blocks:
        for row in block.rows:
            cells = [markdown.written(cell) if cell else "–" for cell in (*row.cells, row.beyond)]
            yield f"| {text(block.title)} | **{text(row.sut.label)}** | {' | '.join(cells)} |"
    yield ""


def _grid(view: CombinedView, table: CombinedTable, blocks: list[Block]) -> grids.Grid:
    heads = ["", *(one.name for one in view.facts), ELSEWHERE]
    rows = [
        [
            Text(one_line(row.sut.label), style="bold"),
            *(terminal.written(cell) if cell else Text("–") for cell in (*row.cells, row.beyond)),
        ]
        for block in blocks
        for row in block.rows
    ]
    legend = f"{table.legend} Ratios are to {one_line(view.labels[table.baseline])}."
    return grids.grid(f"{table.title}, {blocks[0].title}", heads, rows, legend)


def _say(console: Console, sentence: str, style: str) -> None:
    console.print(Text(one_line(sentence), style=style), soft_wrap=not console.is_terminal)
