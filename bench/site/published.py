"""The runs of a site that was published before, so that a history outlives machines that start with nothing stored.

A run that does not arrive whole is an error, never a gap: a site built without it would be published in place of the
one that has it.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3

from bench.errors import StorageError, UsageError
from bench.site import shelf, stored
from bench.site.stored import Source
from bench.store import storage

_PATIENCE_S = 30.0
_WITHIN_S = 900.0
_MOST_BYTES = 64 * 2**20
_MOST_RUNS = 2000
_MOST_REDIRECTIONS = 10
_PIECE_BYTES = 2**16


@dataclass(frozen=True, slots=True)
class Listed:
    """What a published site says of a run: the digest of its `run.json`, and the fingerprint of its machine. Both are
    empty where an older site does not say.
    """

    sha256: str
    machine: str

    def is_of(self, source: Source | None) -> bool:
        """Whether it is the run of this source, given that both have the same id."""
        return source is not None and self.machine in ("", source.machine)


def fetch(
    url: str, known: Mapping[str, Source], at_hand: Callable[[str], Path | None], into: Path
) -> dict[str, Source] | None:
    """The runs published at `url` that are not among `known`, by id; None where no site is published there yet.

    They are fetched into the folder `into`, one at a time, but for those that `at_hand` finds here by their digest.

    Raises UsageError for a URL that cannot be a site's, StorageError where a run cannot be fetched whole.
    """
    base = _base(url)
    deadline = time.monotonic() + _WITHIN_S
    with requests.Session() as session:  # this session speaks only HTTP, even after a redirection
        session.max_redirects = _MOST_REDIRECTIONS
        listed = _get(session, f"{base}/runs.json", deadline)
        if listed is None:
            return None
        wanted = {run: one for run, one in _listed(listed, base).items() if not one.is_of(known.get(run))}
        here = {
            run: Source(path, one.sha256, one.machine) for run, one in wanted.items() if (path := at_hand(one.sha256))
        }
        fetched = {run: _run(session, base, run, deadline, into) for run in wanted.keys() - here.keys()}
        return here | fetched


def _base(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not url.isprintable() or not url.isascii() or set("?# ") & set(url):
        raise UsageError(f"{url!r} is not the address of a published site: that begins with http:// or https://.")
    return url.rstrip("/")


def _listed(listed: bytes, base: str) -> dict[str, Listed]:
    """The listed runs by their ids."""
    try:
        index = json.loads(listed)
        runs = [
            (entry["id"], Listed(*(str(entry.get(fact, "")) for fact in ("sha256", "fingerprint"))))
            for entry in index["runs"]
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise StorageError(f"{base}/runs.json is not the list of a site's runs; nothing was built.") from None
    wrong = [run for run, _ in runs if not stored.is_id(run)]
    if wrong or len(runs) > _MOST_RUNS:
        what = f"the id {str(wrong[0])[:80]!r}, not that of a run" if wrong else f"more than {_MOST_RUNS} runs"
        raise StorageError(f"{base}/runs.json has {what}; nothing was built.")
    return dict(runs)


def _run(session: requests.Session, base: str, run: str, deadline: float, into: Path) -> Source:
    source = f"{base}/runs/{run}/run.json"
    content = _get(session, source, deadline)
    if content is None:
        raise StorageError(f"{source} is listed but missing; nothing was built, so that no run is lost.")
    try:
        parsed = storage.parse(content.decode("utf-8"), source)
    except UnicodeDecodeError:
        raise StorageError(f"{source} is not a stored run: it is not UTF-8.") from None
    if parsed.run.id != run:
        raise StorageError(f"{source} is another run, {parsed.run.id[:80]!r}; nothing was built.")
    path = into / f"{run}.json"
    storage.write(path, content, synced=False)
    return Source(path, shelf.digest(content), stored.machine_of(parsed.environment.fingerprint))


def _get(session: requests.Session, url: str, deadline: float) -> bytes | None:
    """What is at `url`; None where the server says that there is nothing (404)."""
    try:
        with session.get(url, stream=True, timeout=_PATIENCE_S) as response:
            if response.ok:
                return _content(response, url, deadline)
            if response.status_code == 404:
                return None
            reason = f"the server answered {response.status_code}"
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        reason = _innermost(error)
    raise StorageError(f"{url} cannot be fetched: {reason.rstrip('.')}. Nothing was built, so that no run is lost.")


def _content(response: requests.Response, url: str, deadline: float) -> bytes:
    content = bytearray()
    # Not with iter_content: it waits for whole pieces, and so for a server that sends a byte now and then.
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
        content += piece
        if len(content) > _MOST_BYTES:
            raise StorageError(f"{url} is larger than {_MOST_BYTES // 2**20} MiB; nothing was built.")
        if time.monotonic() > deadline:
            raise StorageError(f"The runs of {url} took longer than {_WITHIN_S:.0f} s to fetch; nothing was built.")
    return bytes(content)


def _innermost(error: BaseException) -> str:
    """The reason, in the words of the innermost error: the outer ones name the client's own classes."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return str(getattr(error, "strerror", None) or error) or type(error).__name__
