"""The charts of a report, drawn: where Altair and vl-convert are loaded, which takes a second."""

from bench.report import charts, html, strips, svg, tracks
from bench.report.html import Drawing, Drawings
from bench.report.view import View

_WIDE = 640
_MOST = 9  # a first look takes in no more
_MOST_IN_PANEL = 12  # and of several panels side by side


def draw(view: View) -> Drawings:
    """Every chart that the run gives something for."""
    overall = strips.overall(view, "throughput_rps", _MOST)
    work = strips.overall(view, "cpu_us_per_request")
    paths = tracks.rounds(view)
    return Drawings(
        overall=_strip(overall, _left_out(view, overall)) if overall else None,
        latency=tuple(_strip(each, _left_out(view, each)) for each in strips.latency(view, _MOST_IN_PANEL)),
        rounds=tuple(Drawing(each.title, svg.draw(charts.tracks(each, charts.PAGE), each.told)) for each in paths),
        cost=tuple(map(_strip, [*([work] if work else []), *strips.cost(view)])),
        spread=paths[0].spread if paths else 0.0,
    )


def picture(view: View) -> bytes | None:
    """The first chart as PNG, for where SVG is not shown; None where nothing may be ranked."""
    overall = strips.overall(view, "throughput_rps", _MOST)
    if overall is None:
        return None
    title = f"Throughput over all workloads, with 95 % intervals; {html.label(view, view.baseline)} = 1"
    return svg.png(charts.titled(charts.strip(overall, charts.PRINT, _WIDE), title, charts.PRINT))


def _strip(drawn: strips.Strip, note: str = "") -> Drawing:
    return Drawing(drawn.title, svg.draw(charts.strip(drawn, charts.PAGE), drawn.told), note)


def _left_out(view: View, drawn: strips.Strip) -> str:
    everyone = sum(1 for sut in view.run.suts if sut.group == "common")
    return "" if len(drawn.lines) == everyone else f"{len(drawn.lines)} of {everyone} are drawn"
