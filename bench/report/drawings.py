"""The charts of a report, drawn."""

from bench.metrics import CPU_PER_REQUEST, THROUGHPUT
from bench.report import charts, crawls, database_cpu, frames, groups, html, strips, svg, tracks
from bench.report.html import Drawing, Drawings
from bench.report.palette import PAGE, PRINT
from bench.report.view import View

_WIDE = 640
_MOST = 9  # more lines would not be taken in at a first look
_MOST_IN_PANEL = 12  # the same for several panels side by side


def draw(view: View) -> Drawings:
    """Every chart for which the run has figures."""
    overall = strips.overall(view, THROUGHPUT, _MOST)
    work = strips.overall(view, CPU_PER_REQUEST)
    panels = tracks.rounds(view)
    return Drawings(
        overall=_strip(overall, _left_out(view, overall)) if overall else None,
        latency=tuple(_strip(strip, _left_out(view, strip)) for strip in strips.latency(view, _MOST_IN_PANEL)),
        rounds=tuple(Drawing(one.title, svg.render(charts.tracks(one), one.description)) for one in panels),
        cost=tuple(map(_strip, [*([work] if work else []), *strips.cost(view)])),
        crawl=tuple(map(_strip, crawls.strips(view))),
        databases=tuple(map(_strip, database_cpu.strips(view))),
        spread=panels[0].spread if panels else 0.0,
    )


def picture(view: View) -> str | None:
    """The first chart as a file of its own, with colours that suit any page; None where nothing may be ranked."""
    overall, table = strips.overall(view, THROUGHPUT, _MOST), strips.first_table(view, THROUGHPUT)
    if overall is None or table is None:
        return None
    title = f"Overall throughput, with 95 % intervals; {html.label(view, table.baseline)} = 1"
    return svg.render(frames.alone(charts.strip(overall, PRINT, _WIDE), title, PRINT), overall.description) + "\n"


def _strip(drawn: strips.Strip, note: str = "") -> Drawing:
    return Drawing(drawn.title, svg.render(charts.strip(drawn, PAGE), drawn.description), note)


def _left_out(view: View, drawn: strips.Strip) -> str:
    everyone = len(groups.of_first(view.run.suts))
    return "" if len(drawn.lines) == everyone else f"{len(drawn.lines)} of {everyone} are drawn"
