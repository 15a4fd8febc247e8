"""A combined report as one page that needs nothing else: no network, and no script at all."""

from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from bench.report import charts, html, pages, svg
from bench.report.combined import text, view, words
from bench.report.combined.view import CombinedView
from bench.report.palette import PAGE

_HERE, _REPORT = Path(__file__).parent, Path(html.__file__).parent


def render(shown: CombinedView) -> str:
    """The whole page."""
    style = f"{pages.asset(_REPORT / 'page.css')}\n{pages.asset(_HERE / 'combined.css')}"
    drawing = svg.render(charts.strip(shown.strip, PAGE), shown.strip.description) if shown.strip else ""
    few, rest = words.few(shown.contradictions)
    return (
        _environment()
        .get_template("combined.html")
        .render(
            view=shown,
            few=few,
            rest=rest,
            drawing=drawing,
            style=Markup(style),
            policy=pages.policy(style),
        )
    )


@cache
def _environment() -> Environment:
    environment = pages.environment(_HERE, _REPORT)
    environment.globals |= {"shade": html.shade, "facts": view.FACTS, "elsewhere": view.ELSEWHERE}
    environment.globals |= {"contradict": text.CONTRADICT, "key": text.READING}
    return environment
