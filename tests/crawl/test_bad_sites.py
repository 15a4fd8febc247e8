"""The real spider on sites of every bad kind: bounded, told by kind, never counted, and nothing hangs."""

import itertools
import os
import signal
import threading
import time
from dataclasses import replace

import pytest

from bench.crawl.alone import Bounds, Crawled, crawl
from bench.crawl.process import Crawler
from bench.crawl.protocol import Site
from bench.crawl.rotation import TURN
from tests.crawl import sites
from tests.crawl.sites import ITEMS, PAGES, SHELVES, at, instead, site
from tests.load.scripted import Script, Talk, scripted

pytestmark = pytest.mark.servers

BOUNDS = Bounds(pages=200, bytes=10 * 2**20, seconds=10.0, faults=20)
LAST = f"/catalog?page={SHELVES}"
_NAMES = itertools.count()


def crawled(crawling: Crawler, script: Script, bounds: Bounds = BOUNDS) -> Crawled:
    began = time.monotonic()
    with scripted(script) as server:
        done = crawl(crawling, Site(f"site {next(_NAMES)}", f"http://127.0.0.1:{server.port}"), bounds, lambda _: None)
    assert time.monotonic() - began < bounds.seconds + 2
    assert done.sound == (
        done.state.pages == PAGES and not (done.state.faults or done.state.duplicates or done.stopped)
    )
    return done


def test_a_sound_site_is_crawled_to_its_end(crawling: Crawler) -> None:
    done = crawled(crawling, site())
    assert done.sound
    assert (done.state.pages, done.state.items, done.state.retries) == (PAGES, ITEMS, 0)
    assert done.state.bytes > PAGES * 100
    assert 0 < done.cpu_ns < done.busy_s * 2e9


def tenth(status: str) -> Script:
    """Every tenth page of an item."""
    return site(lambda path: sites.html("", status) if path in ("/catalog/10", "/catalog/20") else None)


def sent_on(path: str, to: str) -> Script:
    return site(at(path, sites.answer(b"", "302 Found", more=f"Location: {to}\r\n")))


@pytest.mark.parametrize(
    ("kind", "count", "script"),
    [
        ("status 500", 2, tenth("500 Internal Server Error")),
        ("status 503", 2, tenth("503 Service Unavailable")),
        ("item twice", 1, site(at(LAST, sites.html(f"<table><td>{sites.AGAIN}</td></table>")))),
        ("page without an item", 1, site(at("/catalog/7", sites.html("<h1>Item 7</h1>")))),
        ("page without items", 1, site(at(LAST, sites.html("<h1>Catalog</h1>")))),
        ("not HTML", 1, site(at("/catalog/7", sites.answer(b"\x89PNG\r\n", kind="image/png")))),
        ("not UTF-8", 1, site(at("/catalog/7", sites.answer("<h1>é</h1>".encode("latin-1"))))),
        ("charset cp1252", 1, site(at("/catalog/7", sites.html("<h1>é</h1>", kind="text/html; charset=latin-1")))),
        ("page too large", 1, site(at("/catalog/7", sites.answer(b"x" * 2**21)))),
        ("redirect, status 302", 1, sent_on("/catalog/7", "/catalog/7")),
        ("link to another site", 1, site(at(LAST, sites.shelf(SHELVES, following="http://192.0.2.1/catalog")))),
    ],
)
def test_what_is_wrong_is_told_by_kind_and_is_no_page(crawling: Crawler, kind: str, count: int, script: Script) -> None:
    done = crawled(crawling, script)
    assert dict(done.state.faults) == {kind: count}
    assert done.state.pages <= PAGES - count + (kind == "link to another site")
    assert done.state.firsts[kind].startswith("http://")
    assert done.stopped is None


def broken(talk: Talk) -> None:
    talk.say(sites.item(7)[:-30])
    talk.reset()


def endless(talk: Talk) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        talk.say(b"1\r\nx\r\n")
        talk.pause(0.05)


def vast(talk: Talk) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(100):
        talk.say(b"100000\r\n" + b"x" * 2**20 + b"\r\n")


def announced(talk: Talk) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 104857600\r\n\r\n", b"x" * 2**20)
    talk.pause(5)


def silent(talk: Talk) -> None:
    talk.pause(5)


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        ("broken off", broken),
        ("no whole answer in time", endless),
        ("no whole answer in time", silent),
        ("page too large", vast),
        ("page too large", announced),
    ],
)
def test_a_body_that_does_not_end_well_is_bounded(crawling: Crawler, kind: str, act: Script) -> None:
    done = crawled(crawling, instead("/catalog/7", act))
    assert dict(done.state.faults) == {kind: 1}
    assert done.state.pages == PAGES - 1
    assert done.state.bytes < 4 * 2**20


def test_a_site_that_loops_is_asked_for_each_page_once(crawling: Crawler) -> None:
    done = crawled(crawling, site(at(LAST, sites.shelf(SHELVES, following="/catalog?page=1"))))
    assert (done.state.pages, done.state.duplicates) == (PAGES, 1)
    assert not done.sound


def test_a_site_without_an_end_is_left(crawling: Crawler) -> None:
    def more(path: str) -> bytes | None:
        number = path.partition("?page=")[2]
        return sites.shelf(int(number), following=f"/catalog?page={int(number) + 1}") if number else None

    done = crawled(crawling, site(more))
    assert done.stopped == "there was no end after 200 pages"
    assert 200 <= done.state.pages < 200 + 2 * TURN


def test_a_site_that_sends_too_much_is_left(crawling: Crawler) -> None:
    def large(path: str) -> bytes | None:
        return None if "page" in path else sites.item(int(path.rpartition("/")[2]), more=f"<!--{'x' * 2**19}-->")

    done = crawled(crawling, site(large), replace(BOUNDS, bytes=2**22))
    assert done.stopped == "it sent more than 4,194,304 bytes"
    assert (done.state.pages, dict(done.state.faults)) == (TURN, {})


def test_a_slow_site_is_out_of_time(crawling: Crawler) -> None:
    def slow(talk: Talk) -> None:
        while True:
            path = talk.request().split(b" ", 2)[1].decode()
            talk.pause(0.3)
            talk.say(sites.usual(path))

    done = crawled(crawling, slow, replace(BOUNDS, seconds=0.8))
    assert done.stopped == "it was not finished after 0.8 s"
    assert 0 < done.state.pages < PAGES


def test_a_site_that_is_wrong_everywhere_is_left(crawling: Crawler) -> None:
    def bad(path: str) -> bytes | None:
        number = path.partition("?page=")[2]
        if not number:
            return sites.html("", "500 Internal Server Error")
        return sites.shelf(int(number), following=f"/catalog?page={int(number) + 1}")

    done = crawled(crawling, site(bad))
    assert done.stopped == "20 faults are enough"
    assert done.state.items == 0


def test_nobody_there(crawling: Crawler) -> None:
    with scripted(silent) as server:
        port = server.port
    done = crawl(crawling, Site("nobody", f"http://127.0.0.1:{port}"), BOUNDS, lambda _: None)
    assert dict(done.state.faults) == {"no connection": 1}
    assert (done.state.pages, done.state.items, done.state.ended) == (0, 0, "finished")


def test_turns_stop_where_they_were_told_and_go_on(crawling: Crawler) -> None:
    with scripted(site()) as server:
        place = Site("turns", f"http://127.0.0.1:{server.port}")
        crawling.open(place)
        seen = [crawling.turn(place, 7, 5.0) for _ in range(3)]
        asked = len(server.asked)
        crawling.close(place)
    assert [state.pages for state in seen] == [7, 14, 21]
    assert asked == 21
    assert all(state.ended is None and state.busy_s > 0 and state.cpu_ns > 0 for state in seen)


def test_a_machine_that_sleeps_in_a_turn_is_named(crawling: Crawler) -> None:
    """As a guest that its host holds up: for a while nothing of Scrapy runs."""
    (pid, *_) = crawling.pids()
    slept = threading.Event()

    def sleepy(talk: Talk) -> None:
        while True:
            path = talk.request().split(b" ", 2)[1].decode()
            if path == "/catalog/3" and not slept.is_set():
                slept.set()
                os.kill(pid, signal.SIGSTOP)
                talk.pause(1.3)
                os.kill(pid, signal.SIGCONT)
            talk.say(sites.usual(path))

    with scripted(sleepy) as server:
        place = Site("sleepy", f"http://127.0.0.1:{server.port}")
        crawling.open(place)
        first, second = crawling.turn(place, 7, 5.0), crawling.turn(place, 7, 5.0)
        crawling.close(place)
    assert slept.is_set()
    assert 1.0 < first.still_s <= first.busy_s
    assert (first.ended, second.ended, second.still_s) == (None, None, 0.0)
