"""The report as Markdown: for a pull request, a job summary, a README."""

from collections.abc import Iterator

from bench.report.footprints import HEADS
from bench.report.view import Cell, Table, View
from bench.report.words import arrivals, mix_name, one_line
from bench.results import WorkloadInfo

SHAPES = {"faster": "▲", "slower": "▼", "tie": "=", "inconclusive": "?", "baseline": "●", "failed": "✗"}
_NOTE = 80
_CHIPS = {"pass": "✓", "warn": "!", "fail": "✗"}
_KEY = (
    "▲ faster and ▼ slower than the baseline ●, = a tie, ? inconclusive, ✗ failed. A cell is the ratio to the baseline "
    "with its 95 % interval over the rounds, and the absolute figure below it."
)
_READING = (
    "All servers were up at once, and the load moved from one to the next in slices of a tenth of a second in shuffled "
    "order, so that the machine's drift met all alike. A round has fresh server processes; ratios are taken inside a "
    "round, and intervals over rounds. A verdict of faster or slower needs the whole interval beyond 2 % or the noise "
    "floor, whichever is larger; a tie needs it wholly within. The floor is how far apart two copies of one app came "
    "out in this run. Inconclusive means that more rounds could tell. Absolute figures belong to this machine; ratios "
    "travel better."
)


# A backslash does not hold in every renderer's tables and code spans, nor against HTML: those get their number.
_INERT = {ord(char): f"&#{ord(char)};" for char in "&<>|`"} | {ord(char): f"\\{char}" for char in "\\*_{}[]#~$"}


def render(view: View) -> str:
    """The whole report, ending in a newline."""
    return "\n".join(_lines(view)) + "\n"


def _lines(view: View) -> Iterator[str]:
    yield from (f"# {text(view.title)}", "", f"**{text(view.headline)}**", "")
    if view.advisory:
        yield from (f"> **{text(view.advisory)}**", "")
    yield from _checks(view)
    for table in view.tables:
        yield from _table(table)
    yield from (_KEY, "")
    yield from _facts(view)
    yield from _footprints(view)
    if view.failures:
        yield from ("## Failures", "", *(f"- {text(failure)}" for failure in view.failures), "")
    yield from ("## How to read this", "", _READING, "")
    yield from _declared(view)
    yield from ("## Environment", "", "| | |", "|---|---|")
    yield from (f"| {name} | {text(value)} |" for name, value in view.environment)


def text(value: str) -> str:
    """Foreign text made inert: one line, no markup of Markdown or HTML."""
    return one_line(value).translate(_INERT)


def _checks(view: View) -> Iterator[str]:
    yield from ("## Can I trust this?", "", "| | check | finding |", "|---|---|---|")
    yield from (f"| {_CHIPS[check.status]} | {text(check.title)} | {text(check.detail)} |" for check in view.checks)
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield from (f"## {table.title}", "", table.legend, "")
    heads = [_head(workload) for workload in table.workloads]
    yield f"| | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    for row in table.rows:
        yield f"| **{text(row.sut.label)}** | {' | '.join(_cell(cell) for cell in row.cells)} |"
    yield ""


def _head(workload: WorkloadInfo) -> str:
    return text(", ".join(filter(None, (mix_name(workload), arrivals(workload)))))


def _cell(cell: Cell) -> str:
    if cell.figure is None:
        return f"{SHAPES[cell.verdict]} {text(one_line(cell.note)[:_NOTE])}"
    ratio = " ".join(filter(None, (SHAPES[cell.verdict], cell.ratio, text(cell.interval))))
    return f"{ratio}<br>{cell.figure}"


def _footprints(view: View) -> Iterator[str]:
    if view.sizes:
        yield from ("## Footprint", "", f"| | {' | '.join(HEADS)} |", "|---" * (len(HEADS) + 1) + "|")
        yield from (f"| **{text(row.sut.label)}** | {' | '.join(row.figures)} |" for row in view.sizes)
        yield ""


def _facts(view: View) -> Iterator[str]:
    yield from (
        "## Apart from the load",
        "",
        "| | server | data layer | memory at its peak | start to first answer |",
        "|---|---|---|---|---|",
    )
    for each in view.facts:
        sut = each.sut
        yield f"| **{text(sut.label)}** | {text(sut.server)} | {text(sut.data_layer)} | {each.memory} | {each.start} |"
    yield ""


def _declared(view: View) -> Iterator[str]:
    if view.notes:
        yield from ("## What the apps declare", "")
        for label, notes in view.notes:
            yield f"- **{text(label)}**: {text(' '.join(notes))}"
        yield ""
