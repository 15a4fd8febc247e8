"""A combined report as Markdown, on a terminal and as JSON."""

import io
import json

import pytest
from rich.console import Console

from bench.report.combined import files, text, view
from tests.report.combined import machines
from tests.report.combined.machines import agreeing, contradicting
from tests.report.test_faces import HOSTILE, skeleton


def shown(built: view.CombinedView) -> str:
    out = io.StringIO()
    text.show(built, Console(file=out, width=160))
    return out.getvalue()


def test_a_contradiction_stands_in_the_first_lines() -> None:
    written, printed = text.render(contradicting()), shown(contradicting())
    assert written.splitlines()[2] == "> **Machines contradict each other:**"
    assert "is faster than Flask 1.0 over all 2 workloads" in written.splitlines()[4]
    assert printed.splitlines()[0] == "Machines contradict each other:"
    assert "contradict" not in text.render(agreeing()) + shown(agreeing())


def test_every_run_has_a_column_and_another_machine_the_last() -> None:
    written = text.render(agreeing())
    assert "| | | machine 1 | machine 2 | another machine |" in written
    (row,) = [line for line in written.splitlines() if line.startswith("| crud-mix | **Flask 1.0** | ▼")][:1]
    assert row.count("|") == 6
    assert "| **machine 2** | 20261123T120000Z-quick | CPU of bb, 2 cores, 8 GiB |" in written


def test_a_terminal_shows_what_holds_over_all_workloads() -> None:
    printed = shown(agreeing())
    assert "machine 2" in printed
    assert "Throughput, closed loop, overall, geometric mean" in printed
    assert "crud-mix" not in printed


def test_machines_read_each_ratio_in_each_run_and_elsewhere() -> None:
    document = json.loads(files.as_json(agreeing()))
    assert [(one["run"], one["machine"], one["fingerprint"]) for one in document["runs"]] == [
        ("20261122T120000Z-quick", 1, "aa"),
        ("20261123T120000Z-quick", 2, "bb"),
    ]
    (ratio,) = [
        one
        for one in document["ratios"]
        if (one["sut"], one["workload"], one["metric"]) == ("flask", None, "throughput_rps")
    ]
    assert [one["verdict"] for one in ratio["here"]] == ["slower", "slower"]
    assert ratio["elsewhere"]["low"] < ratio["here"][0]["low"] < ratio["here"][0]["high"] < ratio["elsewhere"]["high"]
    assert ratio["elsewhere"]["machines"] == 2
    assert document["contradictions"] == []
    assert json.loads(files.as_json(contradicting()))["contradictions"] == list(contradicting().contradictions)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_only_text(hostile: str) -> None:
    built = machines.poisoned(hostile)
    assert skeleton(text.render(built)) == skeleton(text.render(machines.poisoned("harmless")))
    for face in (text.render(built), shown(built), files.as_json(built)):
        assert not [char for char in face if not char.isprintable() and char != "\n"]
