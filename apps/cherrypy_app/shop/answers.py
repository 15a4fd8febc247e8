"""What handlers answer with besides JSON: pages from Jinja templates."""

from pathlib import Path

import cherrypy
from jinja2 import Environment, FileSystemLoader

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, auto_reload=False
)


def render(template, **context):
    cherrypy.response.headers["Content-Type"] = "text/html;charset=utf-8"
    return _templates.get_template(template).render(context).encode()


def _price(cents):
    """Cents as hundredths: 1234 is 12.34."""
    return f"{cents // 100}.{cents % 100:02}"


_templates.filters["price"] = _price
