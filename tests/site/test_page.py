"""The front page: held by a golden file, complete in itself, without script, and inert."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from parsel import Selector

from bench.report.html import Drawing
from bench.site import card, page, panels
from bench.store.results import Run
from tests.report.test_faces import HOSTILE
from tests.site import past

GOLDEN = Path(__file__).with_name("data") / "index.html"


def rendered(runs: Sequence[Run]) -> str:
    """The page with charts that have no lines: those have tests of their own."""
    trends = past.trends(runs)
    drawn = {
        kind: {
            metric: [
                Drawing(trend.title, f'<svg role="img" aria-label="{metric}"></svg>', trend.note) for trend in lines
            ]
            for metric, lines in panels.of_kind(trends, kind).items()
        }
        for kind in page.drawable(trends)
    }
    return page.render([card.of(run) for run in runs], trends, drawn)


def said(text: str, path: str) -> str:
    return " ".join(" ".join(Selector(text).css(path).xpath(".//text()").getall()).split())


def partial(run: Run) -> Run:
    return replace(run, run=replace(run.run, status="partial"))


def test_the_page_is_as_it_was(golden: Callable[..., None]) -> None:
    runs = [*past.stepping(), partial(past.run(11)), past.run(12, profile="ci")]
    text = re.sub(r"<style>.*?</style>", "<style></style>", rendered(runs), flags=re.DOTALL)
    text = re.sub(r"<script>.*?</script>", "<script></script>", text, flags=re.DOTALL)
    golden(GOLDEN, re.sub(r"sha256-[\w+/]+=", "sha256-...", text))


def test_the_verdict_is_that_of_the_newest_run_for_choosing() -> None:
    text = rendered([past.run(1), past.run(2), past.run(3, profile="ci"), partial(past.run(4))])
    assert "Flask 1.0 is the fastest framework" in said(text, ".verdict")
    assert Selector(text).css(".sub a::attr(href)").get() == f"runs/{past.run(2).run.id}/report.html"
    assert said(text, ".facts dd") == "4 2026-11-01 2026-11-04 0"


def test_a_verdict_that_is_not_to_be_relied_on_says_so() -> None:
    run = past.run(1)
    failed = replace(run, checks=(replace(run.checks[0], status="fail"), *run.checks[1:]))
    assert "It is advisory only: the report says why." in said(rendered([failed]), ".sub")
    assert "advisory" not in said(rendered([run]), ".sub")


def test_without_such_a_run_nothing_leads() -> None:
    assert "No complete run of the quick or the full profile" in said(rendered([past.run(3, profile="ci")]), ".verdict")


def test_a_single_run_has_sentences_in_the_place_of_charts() -> None:
    text = rendered([past.run(1)])
    assert "Too early to say: changes are searched for from the 5th run" in said(text, "#changes")
    assert "There is none yet for profile quick on machine 0123456789ab" in said(text, "#trends")
    assert not Selector(text).css("svg, figure, #marked")


def test_runs_that_are_on_no_line_have_a_sentence_too() -> None:
    assert "No run can be on a line yet" in said(rendered([partial(past.run(1))]), "#trends")


def test_runs_that_share_no_workload_are_no_line() -> None:
    one, two = (replace(level, workloads=level.workloads[place:][:1]) for place, level in enumerate(past.stepping(2)))
    text = rendered([one, two])
    assert "There is none yet for profile quick" in said(text, "#trends")
    assert not Selector(text).css("figure")


def test_the_figures_are_those_of_the_charts_though_the_newest_run_did_less() -> None:
    less = replace(past.run(3), workloads=past.run(3).workloads[:1])
    text = rendered([past.run(1), past.run(2), less])
    assert "all workloads" in said(text, ".kind > .panels figcaption")
    assert len(Selector(text).css(".kind details table tbody tr")) == 2


def test_a_few_runs_are_a_line_and_no_change() -> None:
    text = rendered([past.run(1), past.run(2)])
    assert len(Selector(text).css(".kind > .panels svg")) == 2
    assert len(Selector(text).css(".kind svg")) == 6
    assert "Too early" in said(text, "#changes")
    assert "Nothing: in 15 lines of 5 runs or more" in said(rendered(past.stepping(by=1.0)), "#changes")


def test_every_chart_has_a_sentence_on_how_to_read_it() -> None:
    page_ = Selector(rendered(past.stepping()))
    for panels_ in page_.css(".panels"):
        assert panels_.xpath("following-sibling::p[@class='reading']")


def test_a_change_stands_in_a_table_with_what_lies_between() -> None:
    text = rendered(past.stepping())
    (row,) = Selector(text).css("#marked tbody tr").getall()
    expected = said(row, "*")
    assert expected.startswith("Flask 1.1 2026-11-07 04:00")
    assert "the run before: 2026-11-06 04:00" in expected
    assert "flask 1.0 → 1.1" in expected
    assert "commit 000000000006 → 000000000007" in expected
    assert re.search(r"▲ dearer 1\.\d\dx \[1\.\d\d-1\.\d\d\] all workloads", expected)
    assert len(Selector(row).css("td:nth-child(3) div")) == len(Selector(row).css("td:nth-child(4) div")) == 3


def test_every_run_links_to_its_report_and_says_whether_it_is_on_a_line() -> None:
    runs = [past.run(1), partial(past.run(2))]
    page_ = Selector(rendered(runs))
    assert page_.css("#all tbody th a::attr(href)").getall() == [
        f"runs/{run.run.id}/report.html" for run in reversed(runs)
    ]
    assert page_.css("#all td[data-head='On a line']::text").getall() == ["no, partial", "yes"]


def test_the_figures_behind_the_charts_stand_below_them() -> None:
    rows = Selector(rendered(past.stepping())).css(".kind details table tbody tr")
    assert len(rows) == 10
    assert said(rows[0].get() or "", "td:nth-child(3) span:first-child").endswith("]")
    assert "Flask 1.0" not in said(rows[0].get() or "", "*"), "as its head says"
    assert "Flask 1.0" in said(rows[-1].get() or "", "*")


def test_nothing_is_fetched_and_no_script_runs_but_its_own() -> None:
    text = rendered(past.stepping())
    page_ = Selector(text)
    assert not page_.xpath("//@src | //@style | //iframe | //object | //embed | //base")
    policy = page_.css("meta[http-equiv]::attr(content)").get() or ""
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert len(page_.css("script")) == 1
    for own in ("style", "script"):
        text = page_.css(f"{own}::text").get() or ""
        assert f"{own}-src 'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    links = {link for link in page_.xpath("//@href").getall() if not link.startswith(("#", "data:", "runs/"))}
    assert links == {"runs.json", "trends.json", "badge.json"}


def test_its_parts_are_named_for_those_who_do_not_see_them() -> None:
    page_ = Selector(rendered([*past.stepping(), past.run(11, profile="ci"), past.run(12, profile="ci")]))
    ids = page_.xpath("//@id").getall()
    assert len(ids) == len(set(ids))
    assert set(" ".join(page_.xpath("//@aria-labelledby").getall()).split()) <= set(ids)
    assert {link[1:] for link in page_.xpath("//@href").getall() if link.startswith("#")} <= set(ids)
    assert all(table.css("caption .title::text").get() for table in page_.css("table"))
    assert not page_.css("th:not([scope])")
    assert page_.css("html::attr(lang)").get() == "en"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text: str) -> None:
    runs = past.stepping()
    known = set(Selector(rendered(runs)).xpath("//*").xpath("name()").getall())
    hostile = rendered([past.poisoned(run, text) for run in runs] + [past.run(11)])
    page_ = Selector(hostile)
    assert set(page_.xpath("//*").xpath("name()").getall()) <= known
    assert len(page_.css("#marked tbody tr")) == 1, "it is still on a line"
    assert not [name for name in page_.xpath("//@*").xpath("name()").getall() if name.startswith("on")]
    assert not [link for link in page_.xpath("//@href").getall() if "javascript" in link]
    assert not [char for char in hostile if not char.isprintable() and char not in "\n\xa0"]
