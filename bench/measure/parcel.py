"""The suite as it goes to another machine: the tool and the apps, what sets them up, and which commit they are of."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.host.checkout import ORIGIN, Origin
from bench.suts import code

_FOLDERS = ("bench", "apps")
_FILES = ("Makefile", "requirements.txt")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A compressed tar archive, and a digest of the names, modes and contents of the files in it."""

    digest: str
    archive: bytes


def packed(root: Path, origin: Origin) -> Parcel:
    """The parcel of the checkout at `root`, whose files need not be committed."""
    seen, archive = hashlib.sha256(), io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, mode, content in _contents(root, origin):
            seen.update(f"{name}\0{mode:o}\0{len(content)}\0".encode())
            seen.update(content)
            member = tarfile.TarInfo(name)
            member.mode, member.size = mode, len(content)
            tar.addfile(member, io.BytesIO(content))
    return Parcel(seen.hexdigest(), archive.getvalue())


def _contents(root: Path, origin: Origin) -> Iterator[tuple[str, int, bytes]]:
    """The name of each file below the root, its mode, and what is in it."""
    paths = [path for folder in _FOLDERS for path in code.files(root / folder)]
    for path in (*paths, *(root / name for name in _FILES)):
        yield path.relative_to(root).as_posix(), path.stat().st_mode & 0o777, path.read_bytes()
    yield ORIGIN, 0o644, json.dumps(asdict(origin)).encode()
