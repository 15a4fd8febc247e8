"""The report as one page that needs nothing else: no network, and no script to be read.

Python renders everything; the script in it sorts, filters, copies, and shows the ratios to another baseline. Nothing
but the page's own style and script may run or load in it, by their hashes.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from bench.metrics import THROUGHPUT
from bench.report import (
    beside,
    clocks,
    crawls,
    databases,
    declared,
    footprints,
    groups,
    leaders,
    pages,
    pairs,
    strips,
    variants,
    workers,
)
from bench.report.loops import arrivals
from bench.report.meanings import MEANINGS, UNKNOWN
from bench.report.view import Table, TableCell, View
from bench.words import counted, listing, one_line

CHIPS = {"pass": ("✓", "passed"), "warn": ("!", "warning"), "fail": ("✗", "failed")}
_OWN_SECTIONS = {"micro": "inside", "crawl": "crawl"}
_MOST_ROWS = 100  # for the table that gives in full what the others abbreviate
_HERE = Path(__file__).parent
_FIGURE = re.compile(r"((?:[≤≥] )?\b\d+(?:\.\d+)?x(?: \[[\d.]+-[\d.]+\])?)")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as SVG, with its title and a note."""

    title: str
    svg: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drawings:
    """The charts of a page; empty where the run has nothing to draw."""

    overall: Drawing | None = None
    latency: tuple[Drawing, ...] = ()
    rounds: tuple[Drawing, ...] = ()
    cost: tuple[Drawing, ...] = ()
    crawl: tuple[Drawing, ...] = ()
    databases: tuple[Drawing, ...] = ()
    spread: float = 0.0


def render(view: View, drawings: Drawings) -> str:
    """The whole page."""
    template = environment().get_template("page.html")
    percentiles = strips.percentiles(view)
    style, script = (pages.asset(_HERE / name) for name in ("page.css", "page.js"))
    return template.render(
        view=view,
        run=view.run,
        drawings=drawings,
        sections=_sections(view),
        other=groups.behind(groups.first(view.run.suts)),
        caution=groups.CAUTION,
        percentiles=percentiles if len(percentiles) <= _MOST_ROWS else [],
        marks=strips.marks(view.run),
        clocks=clocks.wall(view),
        wall=clocks,
        crawl=crawls.shown(view),
        lead=_FIGURE.split(view.headline),
        trust=trust(view),
        baseline=label(view, view.baseline),
        over=leaders.over_all(view.run),
        data=htmlsafe_json_dumps(pages.clean(pairs.embed(view)), separators=(",", ":")),
        style=Markup(style),
        script=Markup(script),
        policy=pages.policy(style, script),
    )


def notes(table: Table) -> list[str]:
    """The footnotes of a table: the notes of its cells, each once."""
    return list(dict.fromkeys(cell.note for row in table.rows for cell in row.cells if cell.note))


def shade(cell: TableCell) -> str:
    """The CSS class of a cell: its verdict, hyphenated; or `f` or `s` (faster, slower) and the depth of the colour."""
    coloured = cell.verdict in ("faster", "slower") and cell.ratio
    return f"{cell.verdict[0]}{pairs.step(cell.ratio)}" if coloured else cell.verdict.replace(" ", "-")


def label(view: View, sut: str) -> str:
    """The label of a SUT."""
    return one_line(next(known.named for known in view.run.suts if known.id == sut))


def _sections(view: View) -> dict[str, list[Table]]:
    """The tables by section of the page; those of `micro` were measured in process, without sockets, and
    those of `other` on the servers that the report is not about first.
    """
    grouped: dict[str, list[Table]] = {"matrix": [], "latency": [], "cost": [], "crawl": [], "inside": [], "other": []}
    first = groups.first(view.run.suts)
    for table in view.tables:
        if table.kind in _OWN_SECTIONS:
            grouped[_OWN_SECTIONS[table.kind]].append(table)
        elif table.group != first:
            grouped["other"].append(table)
        elif table.kind in ("open", "capacity"):
            grouped["latency"].append(table)
        else:
            grouped["matrix" if table.metric == THROUGHPUT else "cost"].append(table)
    return grouped


def trust(view: View) -> str:
    """The checks in a few words."""
    by_status = {status: [check.title for check in view.checks if check.status == status] for status in CHIPS}
    if not view.checks:
        return "Nothing was checked"
    sentence = f"{len(by_status['pass'])} of {counted(len(view.checks), 'check')} passed"
    for status, word in (("fail", "failed"), ("warn", "to be read with care")):
        if by_status[status]:
            sentence += f"; {word}: {listing(by_status[status])}"
    return sentence


@cache
def environment() -> Environment:
    """The templates of this room, with what they call.

    Built once: compiling them takes longer than everything else about a page.
    """
    built = pages.environment(_HERE)
    built.globals |= {"chips": CHIPS, "shade": shade, "notes": notes}
    built.globals |= {"name": pairs.name, "columns": pairs.columns, "arrivals": arrivals}
    built.globals["throughput"] = THROUGHPUT.id
    built.globals |= {"databases": databases, "declared": declared, "variants": variants, "counted": counted}
    built.globals |= {"beside": beside, "workers": workers}
    built.globals |= {"meanings": MEANINGS, "unknown": UNKNOWN}
    built.globals |= {"footprints": footprints, "crawl_heads": crawls.HEADS}
    return built
