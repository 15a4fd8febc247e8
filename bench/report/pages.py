"""What every page shares: foreign text stays text, and nothing but the page's own style and script may run or load."""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bench.words import printable

_CODE = re.compile(r"`([^`]+)`")


def environment(*folders: Path) -> Environment:
    """The templates of these folders; values are escaped in them, and lose their control characters."""
    environment_ = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=clean,
    )
    environment_.filters |= {"svg": Markup, "coded": coded}
    return environment_


def clean(value: object) -> object:
    """Foreign text without control characters, at any depth; markup stays as it is."""
    match value:
        case Markup():
            return value
        case str():
            return printable(value)
        case dict():
            return {clean(key): clean(part) for key, part in value.items()}
        case list() | tuple():
            return [clean(part) for part in value]
        case _:
            return value


def coded(sentence: str) -> Markup:
    """A sentence whose commands, which it has in backticks, are set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(printable(sentence)))))


def asset(path: Path) -> str:
    """A style or script to be put into the page."""
    return path.read_text("utf-8").strip()


def policy(style: str, script: str = "") -> str:
    """The Content-Security-Policy of a page with this style and script; without a script none may run."""
    allowed = {"style-src": style} | ({"script-src": script} if script else {})
    digests = {what: b64encode(hashlib.sha256(text.encode()).digest()).decode() for what, text in allowed.items()}
    hashes = [f"{what} 'sha256-{digest}'" for what, digest in digests.items()]
    return "; ".join(["default-src 'none'", *hashes, "img-src data:", "base-uri 'none'", "form-action 'none'"])
