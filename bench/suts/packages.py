"""Whether an app imports the package that its manifest names: versions are shown under that name."""

import ast
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

from bench.errors import ManifestError
from bench.model import App

NONE = "python"
"""The name that a floor gives, which has no package."""


def check(app: App, environment: Path) -> None:
    """Raise ManifestError where no code of the app imports its package, as installed in `environment`.

    Also where it is not installed there.
    """
    if app.package == NONE:
        return
    names = f"{app.folder / 'app.toml'}: the key 'package' names {app.package!r}, but"
    provided = _provided(app.package, environment)
    if provided is None:
        raise ManifestError(f"{names} {app.lock.name} does not bring it: is it spelt so, and in {app.requirements}.in?")
    if provided and not provided & set(_imported(app.folder)):
        raise ManifestError(
            f"{names} nothing in this folder imports {' or '.join(sorted(provided))}: name the package that answers."
        )


def _provided(package: str, environment: Path) -> set[str] | None:
    """The top-level modules of a distribution; None where it is not installed."""
    sites = [str(site) for site in (environment / "lib").glob("python*/site-packages")]
    wanted = canonicalize_name(package)
    for distribution in metadata.distributions(path=sites):
        if canonicalize_name(distribution.metadata["Name"]) == wanted:
            files = [file for file in distribution.files or () if file.suffix == ".py"]
            return {file.parts[0].removesuffix(".py") for file in files if ".." not in file.parts}
    return None


def _imported(folder: Path) -> Iterator[str]:
    """The top-level names of what the code in a folder imports; code that cannot be parsed is left to the server's
    complaint.
    """
    for path in folder.rglob("*.py"):
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]
