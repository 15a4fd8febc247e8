"""Frameworks that no index has: an app that runs on a checkout which the user names in an environment variable."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bench.model import App, FrameworkCheckout

_NUMBER = re.compile(r"\d+(\.\d+)+")


def why_absent(app: App, environ: Mapping[str, str] = os.environ) -> str:
    """Why an app cannot run on this machine, with the way out; empty where it can."""
    checkout = app.checkout
    if checkout is None:
        return ""
    home, ways = environ.get(checkout.variable), _ways_out(app, checkout)
    if not home:
        return f"{app} runs on a checkout of its framework: {ways}."
    version = _version(Path(home) / checkout.version_file)
    if version is None:
        return f"{checkout.variable} names {home}, which is no checkout of {app}: {ways}."
    if version != checkout.version:
        return f"{checkout.variable} names {home}, which has {app} {version}, and not {checkout.version}: {ways}."
    return ""


def misnamed(app: App, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the user has named a checkout, and one that will not do."""
    return bool(app.checkout and environ.get(app.checkout.variable) and why_absent(app, environ))


def absent(apps: Iterable[App]) -> dict[str, str]:
    """The apps that cannot run here, by what they are called, each with the reason."""
    return {str(app): why for app in apps if (why := why_absent(app))}


def surroundings(app: App, scratch: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment variables that an app on a checkout needs; it keeps what it lays out below `scratch`."""
    if app.checkout is None:
        return {}
    home = Path(environ.get(app.checkout.variable, "")).absolute()
    return {app.checkout.variable: str(home), "TMPDIR": str(scratch.absolute())}


def version(app: App) -> dict[str, str]:
    """The version of the app's package where a checkout has it; empty for all others."""
    return {app.package: app.checkout.version} if app.checkout else {}


def _ways_out(app: App, checkout: FrameworkCheckout) -> str:
    return (
        f"`{checkout.made_by}` clones {app} {checkout.version}, and "
        f"`export {checkout.variable}=FOLDER` names one that is there"
    )


def _version(file: Path) -> str | None:
    """The version that a file of a checkout names; None where there is no such file, or none in it."""
    try:
        number = _NUMBER.search(file.read_text("utf-8", "replace"))
    except (OSError, ValueError):
        return None
    return number[0] if number else None
