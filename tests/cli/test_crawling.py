"""`bench crawl`: what it says, what it leaves, and how it ends."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.crawl import feeds
from tests.commands import Command, Commands, sentence, until
from tests.crawl import sites
from tests.load.scripted import Server, Talk, scripted


def never_ending(talk: Talk) -> None:
    """A site without an end, whose pages take a moment."""
    while True:
        path = talk.request().split(b" ", 2)[1].decode()
        number = path.partition("?page=")[2]
        talk.pause(0.002)
        following = f"/catalog?page={int(number or 0) + 1}"
        talk.say(sites.shelf(int(number), following=following) if number else sites.usual(path))


@pytest.fixture
def endless() -> Iterator[Server]:
    with scripted(never_ending) as server:
        yield server


def test_nothing_or_two_things_to_crawl(bench: Command) -> None:
    assert sentence(bench("crawl")) == "Name what to crawl: one app, or --url URL."
    assert sentence(bench("crawl", "flask", "--url", "http://127.0.0.1:1")).startswith("Name what to crawl")


@pytest.mark.servers
class TestSites:
    def test_a_sound_site(self, bench: Command, tmp_path: Path, scrapy: Path) -> None:
        files = [tmp_path / "below" / f"items{suffix}" for suffix in feeds.SUFFIXES]
        with scripted(sites.site()) as server:
            outputs = [word for path in files for word in ("--output", str(path))]
            done = bench("crawl", "--url", f"http://127.0.0.1:{server.port}", *outputs)
        assert done.code == 0, done
        assert re.match(rf"{sites.PAGES} pages in \S+ s: \S+/s; a page took \S+ µs of Scrapy's CPU\.", done.out)
        assert "No robots.txt was asked for" in done.out
        assert {tuple(sorted(feeds.read(path), key=lambda item: item.id)) for path in files} == {
            tuple(sorted(feeds.read(files[0]), key=lambda item: item.id))
        }
        assert [len(feeds.read(path)) for path in files] == [sites.ITEMS] * 4

    def test_what_is_wrong_is_told_with_its_first_place(self, bench: Command, tmp_path: Path, scrapy: Path) -> None:
        with scripted(sites.site(sites.at("/catalog/7", sites.html("", "503 Service Unavailable")))) as server:
            done = bench("crawl", "--url", f"http://127.0.0.1:{server.port}", "--output", str(tmp_path / "a.csv"))
        assert done.code == 1
        assert f"✗ status 503: 1 x, first at http://127.0.0.1:{server.port}/catalog/7" in done.out
        assert f"{sites.ITEMS - 1} items are kept in" in done.out

    def test_a_name_that_xml_cannot_hold(self, bench: Command, tmp_path: Path, scrapy: Path) -> None:
        with scripted(sites.site(sites.at("/catalog/7", sites.item(7, "a\x01b")))) as server:
            outputs = [word for suffix in ("xml", "csv") for word in ("--output", str(tmp_path / f"a.{suffix}"))]
            done = bench("crawl", "--url", f"http://127.0.0.1:{server.port}", *outputs)
        assert done.code == 1
        assert f"✗ {tmp_path / 'a.xml'} is no feed of items: not well-formed" in done.out
        assert f"{sites.ITEMS} items are kept in {tmp_path / 'a.csv'}." in done.out
        assert "a\x01b" in {item.name for item in feeds.read(tmp_path / "a.csv")}

    def test_no_site_and_no_place(self, bench: Command, tmp_path: Path, scrapy: Path) -> None:
        here = str(tmp_path / "a.csv")
        assert "cannot be reached" in sentence(bench("crawl", "--url", "http://127.0.0.1:1", "--output", here))
        assert "is no URL" in sentence(bench("crawl", "--url", "nowhere", "--output", here))
        url = "http://127.0.0.1:1"
        assert "is no feed" in sentence(bench("crawl", "--url", url, "--output", str(tmp_path / "a.txt")))
        assert "cannot be written" in sentence(bench("crawl", "--url", url, "--output", str(Path(here) / "b.csv")))

    def test_a_full_disk(self, bench: Command, tmp_path: Path, scrapy: Path) -> None:
        full, whole = tmp_path / "full.csv", tmp_path / "whole.json"
        full.symlink_to("/dev/full")
        with scripted(sites.site()) as server:
            url = f"http://127.0.0.1:{server.port}"
            done = bench("crawl", "--url", url, "--output", str(full), "--output", str(whole))
        assert done.code == 1
        assert "✗ Stopped: full.csv cannot be written: No space left on device." in done.out
        kept = len(feeds.read(whole))
        assert 0 < kept < sites.ITEMS, "it is noticed after the first turn"
        assert f"0 items are kept in {full}.\n{kept} items are kept in {whole}." in done.out


@pytest.mark.servers
@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_crawl_keeps_what_it_has(
    commands: Commands, endless: Server, tmp_path: Path, scrapy: Path, which: signal.Signals
) -> None:
    path = tmp_path / "items.json"
    process = commands.start("crawl", "--url", f"http://127.0.0.1:{endless.port}", "--output", str(path))
    assert until(lambda: len(endless.asked) > 300)
    process.send_signal(which)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.strip().splitlines()[-1] == "Stopped."
    kept = len(feeds.read(path))
    assert kept > 0
    assert out == f"{kept:,} items are kept in {path}.\n"
    assert commands.all_gone()


@pytest.mark.servers
def test_a_killed_scrapy_is_a_sentence(commands: Commands, endless: Server, tmp_path: Path, scrapy: Path) -> None:
    path = tmp_path / "items.xml"
    process = commands.start("crawl", "--url", f"http://127.0.0.1:{endless.port}", "--output", str(path))
    assert until(lambda: len(endless.asked) > 300)
    (own,) = [command for command in commands_of(process.pid) if "catalog" in command]
    os.kill(int(own.split()[0]), signal.SIGKILL)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "Scrapy died." in err
    assert "Traceback" not in err
    assert "are kept in" in out
    assert len(feeds.read(path)) > 0
    assert commands.all_gone()


@pytest.mark.servers
def test_a_killed_command_leaves_whole_feeds_and_no_process(
    commands: Commands, endless: Server, tmp_path: Path, scrapy: Path
) -> None:
    path = tmp_path / "items.json"
    process = commands.start("crawl", "--url", f"http://127.0.0.1:{endless.port}", "--output", str(path))
    assert until(lambda: len(endless.asked) > 300)
    process.kill()
    process.wait()
    assert commands.all_gone()
    assert len(feeds.read(path)) > 0


def commands_of(parent: int) -> list[str]:
    """Processes below one, as `PID COMMAND LINE`."""
    import psutil

    return [
        f"{process.pid} {' '.join(process.cmdline())}" for process in psutil.Process(parent).children(recursive=True)
    ]
