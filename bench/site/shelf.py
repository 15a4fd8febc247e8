"""The pages of a site that stands already: what need not be drawn again, for it would come out the same."""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bench.analysis.history import TrendKey, TrendPoint
from bench.errors import StorageError
from bench.site.card import Card
from bench.store import storage

CARD = "card.json"
_PACKAGE = Path(__file__).parents[1]
_ROOMS = (".", "analysis", "contract", "report", "site", "statistics", "store")
"""The folders whose files decide what a page looks like."""
_LIBRARIES = ("jinja2", "markupsafe", "numpy", "scipy")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The folder of one run: the SHA-256 of the stored run that it was drawn from, of the code that drew it (`faces`),
    and of every file in it by name; `whole` says whether its report has charts.
    """

    source: str
    faces: str
    whole: bool
    files: dict[str, str]
    card: Card


_DRAWN = TypeAdapter(Drawn)


class Shelf:
    """The folders of the runs in the site `into`, by what they were drawn from."""

    def __init__(self, into: Path) -> None:
        self._by_digest: dict[str, tuple[Path, Drawn]] = {}
        self._seen: dict[Any, Any] = {}
        for path in sorted((into / "runs").glob(f"*/{CARD}")):
            with suppress(OSError, ValidationError):
                drawn = _shared(_DRAWN.validate_json(path.read_bytes()), self._seen)
                for known in (drawn.source, drawn.files.get("run.json", "")):
                    self._by_digest[known] = path.parent, drawn

    def name_of(self, source: str) -> tuple[str, str] | None:
        """The id and the machine of the stored run with this digest; None where it is not here."""
        known = self._by_digest.get(source)
        return (known[1].card.id, known[1].card.entry.fingerprint) if known else None

    def run(self, published: str) -> Path | None:
        """The `run.json` with this digest; None where it is not here, or not as it was."""
        known = self._by_digest.get(published)
        path = known[0] / "run.json" if known else None
        return path if path and _digest_of(path) == published else None

    def take(self, source: str, whole: bool, folder: Path) -> Drawn | None:
        """Put the folder drawn from this stored run at `folder`; None where it would come out different today, or where
        its files are not as they were. The last part of `folder` is the run's id.

        Raises StorageError where the disk refuses.
        """
        place, drawn = self._by_digest.get(source, (None, None))
        if place is None or drawn is None or (drawn.card.id, drawn.whole, drawn.faces) != (folder.name, whole, faces()):
            return None
        if any(_digest_of(place / name) != digest for name, digest in drawn.files.items()):
            return None
        try:
            folder.mkdir(parents=True)
            for name in (*drawn.files, CARD):
                _link(place / name, folder / name)
        except OSError as error:
            raise StorageError(f"{folder} cannot be written: {error.strerror}.") from error
        return drawn

    def keep(self, source: str, whole: bool, card: Card, files: Mapping[str, bytes], folder: Path) -> Drawn:
        """Write a run's files, and beside them what they were drawn from; raises StorageError if the disk refuses."""
        drawn = Drawn(source, faces(), whole, {name: digest(content) for name, content in files.items()}, card)
        # Escaped, so that nothing in it controls a terminal.
        text = _DRAWN.dump_json(drawn, ensure_ascii=True).replace(b"\x7f", b"\\u007f")
        for name, content in {**files, CARD: text + b"\n"}.items():
            storage.write(folder / name, content, synced=False)
        return _shared(drawn, self._seen)


@cache
def faces() -> str:
    """The digest of what turns a stored run into pages: the code, the templates, and the versions below them."""
    whole = hashlib.sha256(repr([sys.version, *map(metadata.version, _LIBRARIES)]).encode())
    for path in _sources():
        whole.update(f"{path.relative_to(_PACKAGE)}\0{digest(path.read_bytes())}\0".encode())
    return whole.hexdigest()


def digest(content: bytes) -> str:
    """The SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def _sources() -> Iterable[Path]:
    files = (path for room in _ROOMS for path in (_PACKAGE / room).glob("*" if room == "." else "**/*"))
    return sorted(path for path in files if path.is_file() and path.suffix != ".pyc")


def _digest_of(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def _link(source: Path, copy: Path) -> None:
    """The same file under a second name, which costs no space; a copy where the disk cannot do that."""
    try:
        os.link(source, copy)
    except OSError:
        shutil.copy2(source, copy)


def _shared(drawn: Drawn, seen: dict[Any, Any]) -> Drawn:
    """The same with values that many runs have in common kept once, in `seen`: hundreds of runs repeat them."""

    def once(key: TrendKey, point: TrendPoint) -> tuple[TrendKey, TrendPoint]:
        versions = seen.setdefault(tuple(point.versions.items()), point.versions)
        ground = seen.setdefault(point.ground, point.ground)
        return seen.setdefault(key, key), replace(point, versions=versions, ground=ground)

    return replace(drawn, card=replace(drawn.card, points=tuple(once(*pair) for pair in drawn.card.points)))
