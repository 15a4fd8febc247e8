"""The site in its folder: whole, of all runs, and never in the place of anything that is not a site."""

import csv
import gc
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from parsel import Selector

from bench.errors import StorageError
from bench.report import files
from bench.site import build, place, published, shelf, stored
from bench.site.stored import Source
from bench.store import storage
from bench.store.results import Run
from tests.report.runs import HOSTILE
from tests.report.test_faces import HOSTILE as HOSTILE_TEXTS
from tests.site import past

FILES = {"run.json", "report.html", "report.md", "summary.csv", "chart.svg", "card.json"}
SHORT = FILES - {"report.md", "chart.svg"}


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return past.store([past.run(1), past.run(2)], tmp_path / "results")


def built(results: Path, url: str | None = None, into: Path | None = None, whole: int = 100) -> tuple[int, list[str]]:
    """How many runs were left out, and what was told."""
    messages: list[str] = []
    return build.build(results, into or results / "site", url, messages.append, whole), messages


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_site_has_an_index_each_run_and_what_machines_read(results: Path) -> None:
    assert built(results) == (0, [])
    site = results / "site"
    assert {path.name for path in site.iterdir()} == place.PARTS
    for day in (1, 2):
        run = past.run(day).run.id
        folder = site / "runs" / run
        assert {path.name for path in folder.iterdir()} == FILES
        assert storage.load(folder) == past.run(day)
        assert f"Run {run}." in (folder / "report.html").read_text("utf-8")
    assert [stored_run["id"] for stored_run in json.loads((site / "runs.json").read_text())["runs"]] == [
        past.run(day).run.id for day in (2, 1)
    ]
    assert json.loads((site / "badge.json").read_text())["message"] == "Flask 1.0 leads"
    trends = json.loads((site / "trends.json").read_text())["trends"]
    assert {trend["file"] for trend in trends} == {f"trends/{path.name}" for path in (site / "trends").iterdir()}
    assert len(trends) == 15
    assert len(Selector((site / "index.html").read_text("utf-8")).css("svg")) == 6
    assert not list(results.glob(".site*"))


def test_the_same_runs_give_the_same_site(results: Path) -> None:
    built(results)
    before = contents(results / "site")
    built(results)
    assert contents(results / "site") == before


def test_old_runs_get_todays_report_and_runs_that_are_gone_go(results: Path) -> None:
    built(results)
    stale = results / "site" / "runs" / past.run(1).run.id / "report.html"
    stale.write_text("old")
    (results / past.run(2).run.id / "run.json").unlink()
    built(results)
    assert stale.read_text("utf-8").startswith("<!doctype html>")
    assert [path.name for path in (results / "site" / "runs").iterdir()] == [past.run(1).run.id]


def test_a_broken_run_is_named_and_the_rest_is_built(results: Path) -> None:
    (results / "broken").mkdir()
    (results / "broken" / "run.json").write_text("{")
    left, messages = built(results)
    assert left == 1
    assert messages[0].startswith(f"Left out: {results / 'broken' / 'run.json'} is not a stored run")
    assert len(list((results / "site" / "runs").iterdir())) == 2


def test_a_file_with_the_id_of_a_run_that_is_none_is_named_and_left_out(results: Path) -> None:
    path = results / past.run(1).run.id / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"baseline": 3}))
    left, messages = built(results)
    assert (left, len(messages)) == (1, 1)
    assert messages[0].startswith(f"Left out: {path} is not a stored run: baseline: ")
    assert [folder.name for folder in (results / "site" / "runs").iterdir()] == [past.run(2).run.id]


def stranger(run: Run, what: str) -> Run:
    """A run that the schema allows, and that contradicts itself."""
    match what:
        case "a SUT that is not in it":
            return replace(run, measurements=(replace(run.measurements[0], sut="nobody"), *run.measurements))
        case _:
            return replace(run, baseline="nobody")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the runs that were drawn, in order; of an old one with a `short` before it."""
    work: list[str] = []
    for name, mark in (("whole", ""), ("brief", "short ")):
        draw = getattr(files, name)

        def counted(run: Run, draw: Any = draw, mark: str = mark) -> Any:
            work.append(mark + run.run.id[6:8])
            return draw(run)

        monkeypatch.setattr(files, name, counted)
    return work


def test_only_what_is_new_is_drawn(results: Path, drawn: list[str]) -> None:
    built(results)
    past.store([past.run(3)], results)
    assert built(results) == (0, [])
    assert drawn == ["01", "02", "03"]
    once = contents(results / "site")
    assert built(results, into=results.parent / "anew") == (0, [])
    assert contents(results.parent / "anew") == once, "what was kept is what would have been drawn"


def test_older_runs_keep_their_figures_on_a_short_page(results: Path, drawn: list[str]) -> None:
    built(results, whole=1)
    old, new = (results / "site" / "runs" / past.run(day).run.id for day in (1, 2))
    assert {path.name for path in old.iterdir()} == SHORT
    assert {path.name for path in new.iterdir()} == FILES
    past.store([past.run(3)], results)
    built(results, whole=1)
    assert drawn == ["short 01", "02", "short 02", "03"]
    assert {path.name for path in new.iterdir()} == SHORT
    page = Selector((old / "report.html").read_text("utf-8"))
    assert "Flask 1.0 is the fastest framework" in " ".join(page.css("p::text").getall())
    assert len(page.css("table")) == 2
    assert not page.css("svg, script")
    for link in page.css("a::attr(href)").getall():
        assert (old / link).is_file()


@pytest.mark.parametrize("name", ["report.html", "run.json", "card.json"])
def test_a_page_that_is_not_as_it_was_is_drawn_again(results: Path, drawn: list[str], name: str) -> None:
    built(results)
    once = contents(results / "site")
    changed = results / "site" / "runs" / past.run(1).run.id / name
    changed.write_text("{")
    built(results)
    assert drawn == ["01", "02", "01"]
    assert contents(results / "site") == once


def test_a_page_that_other_code_drew_is_drawn_again(
    results: Path, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "faces", lambda: "older code")
    built(results)
    monkeypatch.undo()
    built(results)
    assert not [path for path in results.glob("site/runs/*/card.json") if "older code" in path.read_text()]


def test_one_run_is_held_at_a_time(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    past.store([past.run(day) for day in range(3, 8)], results)
    held: list[int] = []
    load = storage.load

    def counted(path: Path) -> Run:
        gc.collect()
        held.append(sum(isinstance(one, Run) for one in gc.get_objects()))
        return load(path)

    monkeypatch.setattr(storage, "load", counted)
    built(results)
    assert len(held) == 7, "each once"
    assert max(held) <= held[0] + 1


@pytest.mark.parametrize("what", ["a SUT that is not in it", "a baseline that is not in it"])
def test_a_run_that_contradicts_itself_is_named_and_left_out(results: Path, what: str) -> None:
    odd = stranger(past.run(3), what)
    storage.save(odd, results / odd.run.id)
    left, messages = built(results)
    assert left == 1
    assert messages[0].startswith(f"Left out: the run {odd.run.id} contradicts itself")
    assert sorted(path.name for path in (results / "site" / "runs").iterdir()) == [
        past.run(day).run.id for day in (1, 2)
    ]
    assert odd.run.id not in (results / "site" / "index.html").read_text("utf-8")


def test_where_no_run_can_be_drawn_nothing_is_built(tmp_path: Path) -> None:
    past.store([stranger(past.run(1), "a SUT that is not in it")], tmp_path)
    with pytest.raises(StorageError, match="None of the runs can be drawn"):
        built(tmp_path)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_without_runs_there_is_no_site(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(StorageError, match=r"There is no run in .* to build a site of; `make bench` makes one"):
        built(tmp_path / folder)
    assert not (tmp_path / folder / "site").exists()


def test_an_interruption_leaves_the_site_as_it_was(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(results)
    before = contents(results / "site")
    draw = files.whole

    def interrupted(run: Run) -> dict[str, str]:
        if run.run.id == past.run(4).run.id:
            raise KeyboardInterrupt
        return draw(run)

    past.store([past.run(3), past.run(4)], results)
    monkeypatch.setattr(files, "whole", interrupted)
    with pytest.raises(KeyboardInterrupt):
        built(results)
    assert contents(results / "site") == before
    assert not list(results.glob(".site*"))


def test_a_site_can_stand_elsewhere(results: Path, tmp_path: Path) -> None:
    built(results, into=tmp_path / "deep" / "er")
    assert {path.name for path in (tmp_path / "deep" / "er").iterdir()} == place.PARTS
    assert not (results / "site").exists()


@pytest.fixture
def publishing(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What a site at any URL has; `test_published` has a real one."""
    document: dict[str, Any] = {"runs": {}}

    def fetch(url: str, known: Mapping[str, Source], _: object, into: Path) -> dict[str, Source] | None:
        document.update(url=url, known=set(known))
        if document["runs"] is None:
            return None
        paths = {
            run: storage.save(content, into / run).replace(into / f"{run}.json")
            for run, content in document["runs"].items()
        }
        return {
            run: Source(path, shelf.digest(path.read_bytes()), document["runs"][run].environment.fingerprint)
            for run, path in paths.items()
        }

    monkeypatch.setattr(published, "fetch", fetch)
    yield document


def test_what_was_published_lives_on_in_the_site_alone(results: Path, publishing: dict[str, Any]) -> None:
    publishing["runs"] = {past.run(9).run.id: past.run(9)}
    assert built(results, "https://example.org/site") == (0, ["1 run came from https://example.org/site."])
    assert publishing["known"] == {past.run(day).run.id for day in (1, 2)}
    assert storage.load(results / "site" / "runs" / past.run(9).run.id) == past.run(9)
    assert set(stored.survey(results).runs) == {past.run(day).run.id for day in (1, 2)}


def twice(run: Run) -> Run:
    """A run that another machine began in the same second."""
    return replace(run, environment=replace(run.environment, fingerprint="another00000", cpu="Other CPU"))


def test_runs_that_two_machines_began_in_the_same_second_have_a_report_each(results: Path, drawn: list[str]) -> None:
    storage.save(twice(past.run(1)), results / "copied")
    assert built(results) == built(results) == (0, [])
    assert sorted(drawn) == ["01", "01", "02"], "and each is drawn once"
    run = past.run(1).run.id
    assert storage.load(results / "site" / "runs" / run) == past.run(1)
    other = storage.load(results / "site" / "runs" / f"{run}-another00000")
    assert other == replace(twice(past.run(1)), run=replace(past.run(1).run, id=f"{run}-another00000"))
    listed = json.loads((results / "site" / "runs.json").read_text())["runs"]
    assert [(one["id"], one["fingerprint"]) for one in listed[1:]] == [
        (f"{run}-another00000", "another00000"),
        (run, past.run(1).environment.fingerprint),
    ]
    assert all((results / "site" / "runs" / one["id"] / "report.html").is_file() for one in listed)


def test_what_another_machine_published_under_the_same_id_keeps_its_address(
    results: Path, publishing: dict[str, Any]
) -> None:
    run = past.run(1).run.id
    publishing["runs"] = {run: twice(past.run(1))}
    assert built(results, "https://example.org") == (0, ["1 run came from https://example.org."])
    runs = results / "site" / "runs"
    assert storage.load(runs / run) == twice(past.run(1))
    here = past.run(1).environment.fingerprint
    assert storage.load(runs / f"{run}-{here}").environment.fingerprint == here


def test_a_machine_without_runs_keeps_the_history(tmp_path: Path, publishing: dict[str, Any]) -> None:
    publishing["runs"] = {past.run(9).run.id: past.run(9)}
    assert built(tmp_path / "results", "https://example.org")[0] == 0
    assert (tmp_path / "results" / "site" / "index.html").is_file()


def test_a_first_publication_is_told(results: Path, publishing: dict[str, Any]) -> None:
    publishing["runs"] = None
    left, messages = built(results, "https://example.org")
    assert (left, messages) == (0, ["Nothing is published at https://example.org yet: this site is its first."])


def test_a_history_that_cannot_be_had_stops_everything(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(results)
    before = contents(results / "site")

    def fetch(*_: object) -> None:
        raise StorageError("The network is down.")

    monkeypatch.setattr(published, "fetch", fetch)
    with pytest.raises(StorageError, match="The network is down"):
        built(results, "https://example.org")
    assert contents(results / "site") == before


def test_hostile_text_is_inert_in_every_file(results: Path) -> None:
    text = " ".join((HOSTILE, *HOSTILE_TEXTS, "\x7f\x85"))
    past.store([past.poisoned(past.run(day), text) for day in (3, 4)], results)
    assert built(results) == (0, [])
    for name, content in contents(results / "site").items():
        output = content.decode("utf-8")
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", output), name
        if name.endswith(".json"):
            assert output.isascii(), name
            json.loads(output)
        if name.endswith(".html"):
            page = Selector(output)
            assert not page.css("img, iframe, b > script"), name
            assert not [
                attribute for attribute in page.xpath("//@*").xpath("name()").getall() if attribute.startswith("on")
            ], name
            assert not [link for link in page.xpath("//@href").getall() if "javascript" in link], name
        if name.endswith(".md"):
            assert not re.search(r"<(?!br>)[a-z!/]", output), name
        if name.endswith(".csv"):
            assert not [cell for row in csv.reader(output.splitlines()) for cell in row if cell[:1] in ("=", "+", "@")]
