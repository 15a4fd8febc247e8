"""A comparison of two runs, or of two editions in one, as words and tables: for a pull request and a terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from bench.analysis import ratios
from bench.analysis.changes import Changes
from bench.metrics import BY_ID, CALL_INSTRUCTIONS, THROUGHPUT
from bench.report import grids, outcome
from bench.report.markdown import text
from bench.report.terminal import STYLES, widen
from bench.store.results import Comparison
from bench.words import SHAPES, listing, one_line

_KEY = (
    "▲ faster and ▼ slower than before by more than the threshold, = within it, ? open: more rounds could tell. "
    "A figure is head over base with its 95 % interval over the rounds."
)


def markdown(changes: Changes) -> str:
    """The whole comparison, ending in a newline."""
    return "\n".join(_lines(changes)) + "\n"


def show(changes: Changes, console: Console) -> None:
    """Print it; foreign text is stripped of control characters."""
    widen(console)
    console.print()
    _say(console, outcome.sentence(changes), "bold magenta" if changes.worse else "bold")
    for difference in changes.differences:
        _say(console, f"Not comparable: {difference}.", "bold magenta")
    for metric in _metrics(changes):
        columns = _columns(changes, metric)
        rows = [
            [Text(one_line(label), style="bold"), *map(_styled, cells)]
            for sut, label in changes.labels.items()
            if any(cells := [_find(changes, sut, column, metric) for column in columns])
        ]
        heads = ["", *(one_line(outcome.place(changes, column)) for column in columns)]
        grids.show(grids.grid(BY_ID[metric].title, heads, rows), console)
    for note in _notes(changes):
        _say(console, note, "dim")
    _say(console, _KEY, "dim")


def _lines(changes: Changes) -> Iterator[str]:
    yield from (f"# {text(changes.base)} → {text(changes.head)}", "", f"**{text(outcome.sentence(changes))}**", "")
    if changes.differences:
        yield from ("> **Not comparable, and shown all the same:**", ">")
        yield from (f"> - {text(difference)}" for difference in changes.differences)
        yield ""
    for metric in _metrics(changes):
        columns = _columns(changes, metric)
        yield from (f"## {BY_ID[metric].title}", "")
        heads = [text(outcome.place(changes, column)) for column in columns]
        yield from (f"| | {' | '.join(heads)} |", "|---" * (len(columns) + 1) + "|")
        for sut, label in changes.labels.items():
            cells = [_find(changes, sut, column, metric) for column in columns]
            if any(cells):
                yield f"| **{text(label)}** | {' | '.join(text(_cell(cell)) for cell in cells)} |"
        yield ""
    if changes.lost:
        yield from ("## Failed, and had not", "", *(f"- {text(str(failure))}" for failure in changes.lost), "")
    yield from (_KEY, "")
    yield from (line for note in _notes(changes) for line in (text(note), ""))


def _notes(changes: Changes) -> Iterator[str]:
    if changes.contract:
        yield changes.contract
    if changes.drift:
        drift = f"{changes.drift.value:.2f}x [{changes.drift.low:.2f}-{changes.drift.high:.2f}]"
        steady = listing(list(changes.steady))
        yield (
            f"{steady} did not change in code, versions or server, and did {drift} the throughput of before. "
            "That is how far the machine drifted; it is taken out of every figure in time."
        )
        if len(changes.steady) == 1:
            yield f"As {steady} alone shows the drift, its own figures in time cannot show a change."
        if CALL_INSTRUCTIONS.id in _metrics(changes):
            yield "Instructions do not drift: they are compared as they were counted, and show such a change too."
    if changes.decisive and THROUGHPUT.id not in changes.decisive:
        yield "Between two runs throughput decides nothing, it is only shown: CPU time feels the neighbours less."
    if changes.unmatched:
        yield f"Without counterpart: {'; '.join(changes.unmatched)}."


def _metrics(changes: Changes) -> list[str]:
    return list(dict.fromkeys(ratio.metric for ratio in changes.ratios))


def _columns(changes: Changes, metric: str) -> list[str | None]:
    return list(dict.fromkeys(ratio.workload for ratio in changes.ratios if ratio.metric == metric))


def _find(changes: Changes, sut: str, workload: str | None, metric: str) -> Comparison | None:
    wanted = (sut, workload, metric)
    return next((ratio for ratio in changes.ratios if (ratio.sut, ratio.workload, ratio.metric) == wanted), None)


def _cell(ratio: Comparison | None) -> str:
    return f"{SHAPES[ratio.verdict]} {ratios.words(ratio)}" if ratio else ""


def _styled(ratio: Comparison | None) -> Text:
    return Text(_cell(ratio).replace(" [", "\n["), style=STYLES.get(ratio.verdict, "") if ratio else "")


def _say(console: Console, words: str, style: str = "") -> None:
    console.print(Text(one_line(words), style=style), soft_wrap=not console.is_terminal)
