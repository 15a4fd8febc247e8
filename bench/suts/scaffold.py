"""A new app: a folder that starts at once, keeps what needs no database, and says what is left to write."""

from pathlib import Path
from string import Template

from bench.errors import ManifestError, UsageError
from bench.model import App, Interface
from bench.suts import manifest

_BLANK = Path(__file__).with_name("blank")
_SUFFIX = "_app"
_NATIVE: dict[Interface, str] = {"wsgi": "gunicorn", "asgi": "uvicorn"}
"""What most users of an interface deploy; a manifest may name another."""
TODO = "TODO.md"
"""The file that says what is left to write."""


def new(name: str, interface: Interface, apps: Path) -> App:
    """Write the folder of an app called `name` (`bottle`, or its folder's name) below `apps`.

    Raises UsageError for a name that no app can have, and for a folder that is there.
    """
    folder = apps / f"{name.removesuffix(_SUFFIX)}{_SUFFIX}"
    try:
        called = manifest.name_of(folder)
    except ManifestError as error:
        raise UsageError(str(error)) from error
    if folder.parent != apps:
        raise UsageError(f"{name!r} is no name: an app's folder is named like my_framework_app, and stands in {apps}.")
    try:
        folder.mkdir()
    except FileExistsError:
        raise UsageError(f"{folder} is there already; choose another name, or go on with that app.") from None
    words = {
        "name": called,
        "label": called.replace("_", " ").title(),
        "interface": interface,
        "native_server": _NATIVE[interface],
    }
    for source in (*(_BLANK / "every").iterdir(), *(_BLANK / interface).glob("*.py")):
        text = Template(source.read_text("utf-8")).substitute(words)
        (folder / source.name).write_text(text, "utf-8")
    return manifest.load(folder)
