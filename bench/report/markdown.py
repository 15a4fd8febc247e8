"""The report as Markdown: for a pull request, a job summary, a README.

GitHub refuses a comment of more than 65,536 characters, so of a large run the last tables are left out, and a sentence
says which.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.report import absence, beside, clocks, databases, declared, footprints, variants, workers
from bench.report.loops import arrivals
from bench.report.view import Table, TableCell, View
from bench.store.described import WorkloadInfo
from bench.words import SHAPES, counted, listing, one_line

MOST_CHARS = 65_000  # leaves room for a line above it in a comment

_NOTE, _FINDING, _FAILURES = 120, 300, 20
_CHIPS = {"pass": "✓", "warn": "!", "fail": "✗"}
_ALT = "Overall throughput of each framework, as a ratio to the baseline with its 95 % interval"
_KEY = (
    "▲ faster and ▼ slower than the baseline ●, = a tie, ? inconclusive, ✗ failed{}. A cell is the ratio to the "
    "baseline with its 95 % interval over the rounds of this run, below it what another run will show, and then "
    "the absolute figure."
)
_READING = (
    "All servers were up at once, and the load moved from one to the next in short slices in shuffled order, so that "
    "the machine's drift met them all alike. A round has fresh server processes; ratios are taken inside a round, and "
    "intervals over rounds. A verdict of faster or slower needs the whole interval beyond 2 % or the noise floor, "
    "whichever is larger; a tie needs it wholly within. The floor is how far apart two copies of one app came out in "
    "this run. Inconclusive means that more rounds could tell. Absolute figures belong to this machine. Both sides of "
    "a ratio met the same machine in this run; on another machine it may come out otherwise."
)


# A backslash does not hold in every renderer's tables and code spans, nor against HTML: those get their number.
_INERT = {ord(char): f"&#{ord(char)};" for char in "&<>|`"} | {ord(char): f"\\{char}" for char in "\\*_{}[]#~$"}
_CODE = re.compile(r"&#96;(.+?)&#96;")


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of the report. With a `title` they stand under a heading, and are left out first if room is short."""

    lines: tuple[str, ...]
    title: str = ""


def render(view: View, picture: str | None = None) -> str:
    """The report, ending in a newline, as far as it fits into a comment. `picture` is the chart's file beside it."""
    parts = tuple(_parts(view, picture))
    most = sum(1 for part in parts if part.title)
    page = _joined(parts, most)
    while len(page) > MOST_CHARS and most:
        most -= 1
        page = _joined(parts, most)
    return page


def text(value: str) -> str:
    """Foreign text made inert: one line, no markup of Markdown or HTML."""
    return one_line(value).translate(_INERT)


def _joined(parts: Sequence[Part], most: int) -> str:
    """All untitled parts, and the first `most` of those with a title."""
    titles = [part.title for part in parts if part.title]
    lines: list[str] = []
    for part in parts:
        if not part.title or part.title in titles[:most]:
            lines += (f"## {part.title}", "", *part.lines, "") if part.title else part.lines
        elif part.title == titles[most]:
            lines += (_left_out(titles[most:]), "")
    return "\n".join(lines) + "\n"


def _left_out(titles: Sequence[str]) -> str:
    named = listing([f"*{title}*" for title in titles])
    return (
        f"**Left out**, because a comment has no room for more: {named}. "
        "report.html has all of it, and summary.csv every measurement."
    )


def _parts(view: View, picture: str | None) -> Iterator[Part]:
    yield Part((*_top(view), *((f"![{_ALT}]({picture})", "") if picture else ())))
    for table in view.tables:
        yield Part((table.legend, "", *_table(table)), table.title)
    yield from _beside(view)
    if measured := clocks.wall(view):
        yield Part((clocks.LEGEND, "", *_clocks(measured)), clocks.TITLE)
    if view.sides:
        yield Part(tuple(_databases(view)), databases.TITLE)
    if view.statements:
        yield Part(tuple(_statements(view)), databases.STATEMENTS_TITLE)
    yield Part((_KEY.format(absence.key(view.run.suts)), ""))
    yield Part(tuple(_failures(view)))
    yield Part(tuple(_facts(view)), "Apart from the load")
    if view.sizes:
        yield Part(tuple(_footprints(view)), footprints.TITLE)
    if view.declared:
        yield Part(tuple(_declared(view)), declared.TITLE)
    yield Part(("## How to read this", "", _READING, "", *_environment(view)))


def _beside(view: View) -> Iterator[Part]:
    if view.variant_rows:
        yield Part(tuple(_variants(view)), variants.TITLE)
    if view.worker_rows:
        yield Part(tuple(_workers(view)), workers.TITLE)


def _top(view: View) -> Iterator[str]:
    yield from (f"# {text(view.title)}", "", f"**{text(view.headline)}**", "")
    if view.advisory:
        yield from (f"> **{text(view.advisory)}**", "")
    yield from ("## Can I trust this?", "", "| | check | finding |", "|---|---|---|")
    for check in view.checks:
        yield f"| {_CHIPS[check.status]} | {text(check.title)} | {text(_shortened(check.detail, _FINDING))} |"
    yield ""


def _failures(view: View) -> Iterator[str]:
    for sentence in view.absent:
        yield from (_CODE.sub(r"<code>\1</code>", text(sentence)), "")
    if view.failures:
        yield from ("## Failures", "")
        yield from (f"- {text(_shortened(failure, _FINDING))}" for failure in view.failures[:_FAILURES])
        if len(view.failures) > _FAILURES:
            yield f"- and {counted(len(view.failures) - _FAILURES, 'more failure')}, which report.html lists"
        yield ""


def _shortened(value: str, most: int) -> str:
    line = one_line(value)
    return line if len(line) <= most else f"{line[:most]}…"


def _environment(view: View) -> Iterator[str]:
    yield from ("## Environment", "", "| | |", "|---|---|")
    yield from (f"| {name} | {text(value)} |" for name, value in view.environment)


def _table(table: Table) -> Iterator[str]:
    heads = [_head(workload) for workload in table.workloads]
    yield f"| | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    for row in table.rows:
        yield f"| **{text(row.sut.label)}** | {' | '.join(written(cell) for cell in row.cells)} |"


def _head(workload: WorkloadInfo) -> str:
    return text(", ".join(filter(None, (workload.name, arrivals(workload)))))


def written(cell: TableCell) -> str:
    """A cell: the ratio with its interval, and below it the range elsewhere and the absolute figure."""
    if cell.figure is None:
        named = "" if cell.verdict == absence.FAILED else f"{cell.verdict}: "
        return f"{SHAPES[cell.verdict]} {named}{text(_shortened(cell.note, _NOTE))}"
    ratio = " ".join(filter(None, (SHAPES[cell.verdict], cell.ratio, text(cell.interval))))
    return "<br>".join(filter(None, (ratio, cell.beyond, cell.figure, text(cell.added))))


def _variants(view: View) -> Iterator[str]:
    heads = beside.heads(view.run)
    yield from (variants.LEGEND, "", f"| | {' | '.join(map(text, heads))} |", "|---" * (len(heads) + 1) + "|")
    yield from (f"| **{text(row.sut.named)}** | {' | '.join(map(text, row.figures))} |" for row in view.variant_rows)
    yield ""
    yield from (f"- **{text(row.sut.named)}**: {text(row.sut.difference)}" for row in view.variant_rows)


def _workers(view: View) -> Iterator[str]:
    heads = (*workers.HEADS, *map(text, beside.heads(view.run)))
    yield from (workers.LEGEND, "", f"| | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|")
    yield from (f"| **{text(row.sut.named)}** | {' | '.join(map(text, row.cells))} |" for row in view.worker_rows)


def _clocks(measured: clocks.Clocks) -> Iterator[str]:
    yield f"| | {' | '.join(map(text, measured.heads))} |"
    yield "|---" * (len(measured.heads) + 1) + "|"
    for sut, figures in measured.rows:
        cells = (f"{figure} {text(interval)}".rstrip() for figure, interval in figures)
        yield f"| **{text(sut.label)}** | {' | '.join(cells)} |"


def _footprints(view: View) -> Iterator[str]:
    heads = footprints.HEADS
    yield from (footprints.legend(view.run), "", f"| | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|")
    yield from (f"| **{text(row.sut.label)}** | {' | '.join(row.figures)} |" for row in view.sizes)


def _declared(view: View) -> Iterator[str]:
    yield from (declared.LEGEND, "", f"| | {' | '.join(declared.HEADS)} |", "|---" * (len(declared.HEADS) + 1) + "|")
    yield from (f"| **{text(row.sut.named)}** | {' | '.join(map(text, row.parts))} |" for row in view.declared)
    yield ""
    yield from (f"- **{text(row.sut.named)}**: {text(' '.join(row.notes))}" for row in view.declared if row.notes)


def _databases(view: View) -> Iterator[str]:
    heads = databases.heads(view.run)
    yield from (databases.LEGEND, "", " ".join(view.database_remarks), "", f"| | | {' | '.join(heads)} |")
    yield "|---" * (len(heads) + 2) + "|"
    for row in view.sides:
        yield f"| **{text(row.label)}** | {text(row.workload)} | {' | '.join(map(text, row.cells))} |"


def _statements(view: View) -> Iterator[str]:
    yield from (databases.STATEMENTS_LEGEND, "")
    for sut, counts, more in view.statements:
        yield f"- **{text(sut.label)}**: {', '.join(counts)}"
        yield from (f"  - {text(_shortened(words, _FINDING))}" for words in more)


def _facts(view: View) -> Iterator[str]:
    yield from ("| | interface | server | data layer | memory at its peak | start to first answer |", "|---" * 6 + "|")
    for fact in view.facts:
        sut = fact.sut
        written = f"{sut.spoken} | {text(sut.server)} | {text(sut.data_layer)}"
        yield f"| **{text(sut.label)}** | {written} | {fact.memory} | {fact.start} |"
