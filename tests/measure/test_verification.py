"""Several apps checked at once, in order, on servers that are gone afterwards. Servers and checks are fakes."""

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench import databases
from bench.analysis.sent import Sent
from bench.contract.operations import left_out
from bench.contract.violation import Violation
from bench.errors import ServerError
from bench.measure import verification
from bench.model import Sut
from bench.suts.upstream import Upstream
from bench.workspace import Workspace
from tests import builders
from tests.databases.memory import Memory

SUTS = [Sut.of(builders.app(name)) for name in ("a", "b", "c", "d")]
BAD = Violation("json", "GET /json", "x", "y")


class Place:
    """Where servers are made up; `lasts_s` is how long a check takes."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.now = self.most = 0
        self.served: list[tuple[str, str]] = []
        self.lasts_s: dict[str, float] = {}
        self.checked: list[Any] = []
        self.folders: set[Path] = set()
        self.surroundings: dict[str, Any] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def serve(
        self, sut: Sut, database_url: str, log: Path, host: object, state: Path, *, surroundings: Any
    ) -> Iterator[SimpleNamespace]:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self.served.append((sut.id, database_url))
            self.surroundings[sut.id] = surroundings
            self.folders.add(log.parent)
        try:
            if sut.id == "dead":
                raise ServerError("dead ended with exit code 1 before it was ready.")
            yield SimpleNamespace(url=sut.id, news=lambda: str)
        finally:
            with self._lock:
                self.now -= 1

    def verify(self, url: str, **options: Any) -> list[Violation]:
        time.sleep(self.lasts_s.get(url, 0.01))
        self.checked.append((url, options["only"], options["seeded"]))
        return [BAD] if url == "b" else []


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Place:
    here = Place(builders.workspace(tmp_path))
    monkeypatch.setattr(verification.servers, "serve", here.serve)
    monkeypatch.setattr(verification, "verify", here.verify)
    monkeypatch.setitem(databases.ENGINES, "sqlite", Memory())
    return here


def test_all_are_checked_and_told_in_the_order_asked(place: Place) -> None:
    place.lasts_s = dict.fromkeys("abcd", 0.1)
    messages: list[tuple[str, int]] = []
    reports = verification.verify_suts(
        SUTS, place.workspace, lambda sut, violations: messages.append((sut.id, len(violations)))
    )
    assert messages == [("a", 0), ("b", 1), ("c", 0), ("d", 0)]
    assert reports == {"a": [], "b": [BAD], "c": [], "d": []}
    assert place.most > 1, "side by side"
    assert len({url for _, url in place.served}) == 4, "each has a database of its own"
    assert not any(folder.exists() for folder in place.folders)


def test_chosen_clauses_are_all_that_is_checked(place: Place) -> None:
    verification.verify_suts(SUTS[:1], place.workspace, lambda *_: None, only=("json", "head"))
    verification.verify_suts(SUTS[:1], place.workspace, lambda *_: None)
    assert place.checked == [("a", {"json", "head"}, True), ("a", None, True)]


@pytest.mark.parametrize("ends", ["server", "user"])
def test_an_end_is_not_waited_for(place: Place, ends: str) -> None:
    def progress(sut: Sut, _: object) -> None:
        if ends == "user":
            raise KeyboardInterrupt

    first = Sut.of(builders.app("dead")) if ends == "server" else SUTS[0]
    place.lasts_s = dict.fromkeys("bcd", 0.2)
    with pytest.raises(ServerError if ends == "server" else KeyboardInterrupt):
        verification.verify_suts([first, *SUTS[1:] * 5], place.workspace, progress)
    assert place.now == 0
    assert len(place.served) < 9, "those that had not begun never do"
    assert not any(folder.exists() for folder in place.folders)


def test_who_does_not_come_up_is_left_out_and_the_others_are_checked(place: Place) -> None:
    left_out: list[str] = []
    reports = verification.verify_suts(
        [SUTS[0], Sut.of(builders.app("dead")), SUTS[1]],
        place.workspace,
        lambda *_: None,
        leave_out=lambda sut, error: left_out.append(f"{sut.id}: {error}"),
    )
    assert reports == {"a": [], "b": [BAD]}
    assert left_out == ["dead: dead ended with exit code 1 before it was ready."]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> dict[str, Sent]:
    """What each sends, by its id."""
    by_sut = {name: Sent({"read-item": ("SELECT",)}) for name in "abd"} | {"c": Sent()}
    monkeypatch.setattr(verification.statements, "of_sut", lambda sut, url, database, relay: by_sut[sut.id])
    return by_sut


def test_what_is_sent_is_counted_where_somebody_wants_to_know_of_those_that_keep_the_core(
    place: Place, sent: dict[str, Sent]
) -> None:
    noted: list[tuple[str, object]] = []
    verification.verify_suts(
        SUTS, place.workspace, lambda *_: None, note_sent=lambda sut, own: noted.append((sut.id, own))
    )
    assert noted == [("a", sent["a"]), ("d", sent["d"])], "b breaks the contract, and c's database shows nothing"
    assert place.surroundings == {name: {"SHOWS": name} for name in "abcd"}
    verification.verify_suts(SUTS[:1], place.workspace, lambda *_: None)
    assert place.surroundings["a"] == {}


def test_what_sends_too_little_breaks_the_contract(place: Place, sent: dict[str, Sent]) -> None:
    sent["a"] = Sent({"read-item": ()})
    reports = verification.verify_suts(SUTS[:1], place.workspace, lambda *_: None, note_sent=lambda *_: None)
    assert [violation.clause for violation in reports["a"]] == ["statements"]


def test_a_server_elsewhere_is_asked_for_optional_groups_where_their_clauses_are_named(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, list[str]]] = []
    monkeypatch.setattr(
        verification, "verify", lambda _, only, unsupported, **__: asked.append((only, list(unsupported))) or []
    )
    verification.verify_url("http://x", place.workspace)
    verification.verify_url("http://x", place.workspace, only=("check-order",))
    assert asked == [(None, list(left_out(()))), ({"check-order"}, [])]


def test_the_service_is_up_for_who_calls_it_and_for_nobody_else(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    needs: list[bool] = []

    @contextlib.contextmanager
    def running(*_: object, needed: bool) -> Iterator[Upstream]:
        needs.append(needed)
        yield Upstream("http://here:1") if needed else Upstream()

    monkeypatch.setattr(verification.upstream, "running", running)
    verification.verify_suts(SUTS[:1], place.workspace, lambda *_: None)
    caller = Sut.of(builders.app("caller", groups=("upstream",)))
    verification.verify_suts([caller], place.workspace, lambda *_: None)
    assert needs == [False, True]
    assert (place.surroundings["a"], place.surroundings["caller"]) == ({}, {"UPSTREAM_URL": "http://here:1"})
