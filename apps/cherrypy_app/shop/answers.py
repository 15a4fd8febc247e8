"""What handlers answer with: JSON from `json_out`, pages from Jinja templates."""

import json
from pathlib import Path

import cherrypy
from jinja2 import Environment, FileSystemLoader

_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, auto_reload=False
)


def _write_json(*args, **kwargs):
    """CherryPy's own writer is the slow one of Python's two, and puts blanks after the separators."""
    return _to_json(cherrypy.serving.request._json_inner_handler(*args, **kwargs)).encode()


json_out = cherrypy.tools.json_out(handler=_write_json)


def render(template, **context):
    cherrypy.response.headers["Content-Type"] = "text/html;charset=utf-8"
    return _templates.get_template(template).render(context).encode()


def _price(cents):
    """Cents as hundredths: 1234 is 12.34."""
    return f"{cents // 100}.{cents % 100:02}"


_templates.filters["price"] = _price
