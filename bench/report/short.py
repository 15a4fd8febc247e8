"""The report of an old run: what it said and its main figures, in a page of few bytes and without charts."""

from pathlib import Path

from markupsafe import Markup

from bench.metrics import CPU_PER_REQUEST, THROUGHPUT
from bench.report import html, pages
from bench.report.view import View

_SHOWN = (THROUGHPUT, CPU_PER_REQUEST)
_HERE = Path(__file__).parent


def render(view: View) -> str:
    """The whole page."""
    tables = [table for table in view.tables if table.kind == "closed" and table.metric in _SHOWN]
    style = pages.asset(_HERE / "short.css")
    page = html.environment().get_template("short.html")
    return page.render(
        view=view,
        run=view.run,
        tables=tables,
        trust=html.trust(view),
        style=Markup(style),
        policy=pages.policy(style),
    )
