"""The site for machines: the list of runs, the data behind the trends, and a badge. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from bench.analysis import history
from bench.analysis.elsewhere import Outlooks
from bench.analysis.history import Trend, TrendPoint
from bench.estimate import Verdict
from bench.report import headline
from bench.store.results import Run
from bench.words import one_line

SCHEMA_VERSION = 1
LED = ("quick", "full")
"""The profiles made for choosing a framework; the others show only whether something works."""
_CHOICES = ("--apps", "--workloads", "--server", "--rounds", "--against")
"""Options with which a run has another set of apps or workloads than is published, or fewer rounds."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A run in a list. `started_at` is taken from its id; `left_out` says why it is on no trend, `advisory` why nobody
    should choose by it. Both are empty where all is well.
    """

    id: str
    started_at: str
    profile: str
    status: str
    commit: str
    fingerprint: str
    headline: str
    advisory: str
    left_out: str


def entries(runs: Iterable[Run]) -> list[Entry]:
    """All runs, newest first."""
    return [_entry(run) for run in newest_first(runs)]


def newest_first(runs: Iterable[Run]) -> list[Run]:
    """The runs sorted by id, which begins with the time."""
    return sorted(runs, key=lambda stored_run: stored_run.run.id, reverse=True)


def listing(runs: Iterable[Run]) -> dict[str, Any]:
    """`runs.json`."""
    return {"schema_version": SCHEMA_VERSION, "runs": [asdict(entry) for entry in entries(runs)]}


def trends(followed: Iterable[Trend]) -> dict[str, Any]:
    """`trends.json`: microseconds of CPU per request, or ratios of them to the floor."""
    return {"schema_version": SCHEMA_VERSION, "trends": [_trend(trend) for trend in followed]}


def badge(runs: Iterable[Run]) -> dict[str, Any]:
    """`badge.json`, an endpoint badge of shields.io: who leads in the newest complete run of a profile in `LED`
    that measured the usual apps and workloads.
    """
    newest = leading(runs)
    message, colour = _message(newest) if newest else ("no run", "lightgrey")
    return {"schemaVersion": 1, "label": "fairground", "message": message, "color": colour}


def leading(runs: Iterable[Run]) -> Run | None:
    """The run whose verdict the site shows: the newest complete one of all that is usually measured."""
    return next((run for run in newest_first(runs) if run.run.profile in LED and _ordinary(run)), None)


def _ordinary(run: Run) -> bool:
    """Whether a run is complete, compares no editions, and was not told to measure something else, or less."""
    options = {word.partition("=")[0] for word in run.run.command.split()}
    edition = any(sut.base_of for sut in run.suts)
    return run.run.status == "complete" and not edition and options.isdisjoint(_CHOICES)


def day(run: str) -> str:
    """When a run with this id started, UTC: 2026-11-22 16:53."""
    return f"{run[:4]}-{run[4:6]}-{run[6:8]} {run[9:11]}:{run[11:13]}"


def _entry(run: Run) -> Entry:
    facts = run.run
    return Entry(
        id=facts.id,
        started_at=f"{day(facts.id).replace(' ', 'T')}:{facts.id[13:15]}+00:00",
        profile=one_line(facts.profile),
        status=facts.status,
        commit=one_line(history.commit(run)),
        fingerprint=one_line(run.environment.fingerprint or "unknown"),
        headline=one_line(headline.sentence(run)),
        advisory=one_line(headline.advisory(run) or ""),
        left_out=one_line(history.left_out(run)),
    )


def _trend(trend: Trend) -> dict[str, Any]:
    key = trend.key
    return {
        "machine": key.kind.machine,
        "profile": key.kind.profile,
        "group": key.kind.group,
        "sut": key.sut,
        "metric": key.metric,
        "workload": key.workload,
        "workloads": [{"id": name, "operation_mix": mix, "concurrency": users} for name, mix, users in key.driven],
        "points": [_point(*point) for point in zip(trend.points, trend.levels, strict=True)],
        "changes": [
            {
                "before": change.before.run,
                "after": change.after.run,
                "commits": [change.before.commit, change.after.commit],
            }
            | {"ratio": change.ratio.value, "low": change.ratio.low, "high": change.ratio.high}
            | {"versions": change.versions}
            for change in trend.changes
        ],
    }


def _point(point: TrendPoint, level: float) -> dict[str, Any]:
    estimate = point.reading.estimate
    return {
        "run": point.run,
        "commit": point.commit,
        "label": point.label,
        "versions": dict(point.versions),
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "rounds": point.reading.rounds,
        "level": level,
    }


def _message(run: Run) -> tuple[str, str]:
    leader = headline.lead(run)
    if leader is None or headline.advisory(run):
        return "withheld", "lightgrey"
    label = {sut.id: one_line(sut.label) for sut in run.suts}
    first, second = label[leader.sut][:_LONGEST], label[leader.baseline][:_LONGEST]
    outlook = Outlooks(run).of(leader)
    match outlook.verdict if outlook and leader.verdict == Verdict.FASTER else leader.verdict:
        case Verdict.FASTER:
            return f"{first} leads", "blue"
        case Verdict.TIE:
            return f"{first} and {second} tie", "blue"
        case _:
            return f"{first} or {second}: open", "lightgrey"
